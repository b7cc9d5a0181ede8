import { plainFormula } from '@auto-seg-loss/export';
import { IGNORE_LABEL } from '@auto-seg-loss/kernel';
import { plainLossOf } from '@auto-seg-loss/testing/plain';
import type { DrawnCurves, DrawnFormula, DrawnTerm } from './drawn-terms.ts';

/** A loss, and cross-entropy, by the probabilities that a network gives a class. */
export interface LossSurface {
  /** Probabilities, ascending, in (0, 1): the middles of equal parts. */
  readonly probabilities: readonly number[];
  /** [wrong][right]. */
  readonly loss: readonly (readonly number[])[];
  /** [wrong][right], mean over pixels of −ln of the labelled class's probability. */
  readonly crossEntropy: readonly (readonly number[])[];
}

/** Of the image's sides, in pixels. */
const SIDE = 16;

/**
 * A loss of the simplest image there is: two classes, each on half of it. All pixels of the first class give it the
 * probability `right`, all others give it `wrong`. The loss is computed by its definition, in float64.
 * @param steps of each probability.
 */
export function lossSurface(terms: readonly DrawnTerm[], steps: number): LossSurface {
  const first = Array.from({ length: SIDE * SIDE }, (_, pixel) => pixel % SIDE < SIDE / 2);
  const labels = Uint8Array.from(first, (own) => (own ? 0 : 1));
  const probabilities = Array.from({ length: steps }, (_, step) => (step + 0.5) / steps);
  const each = (of: (right: number, wrong: number) => number): number[][] =>
    probabilities.map((wrong) => probabilities.map((right) => of(right, wrong)));
  return {
    probabilities,
    loss: each((right, wrong) => {
      const own = first.map((is) => (is ? right : wrong));
      return terms.reduce((sum, term) => {
        const value = 'program' in term ? formulaOf(term, own, labels) : curvesOf(term, own, labels);
        return sum + term.weight * value;
      }, 0);
    }),
    crossEntropy: each((right, wrong) => -(Math.log(right) + Math.log(1 - wrong)) / 2),
  };
}

/** @param own the probability of the first class at each pixel. */
function curvesOf(
  { metric, curves, absent, temperature }: DrawnCurves,
  own: readonly number[],
  label: Uint8Array,
): number {
  const picture = { height: SIDE, width: SIDE, label, prediction: new Uint8Array(label.length).fill(IGNORE_LABEL) };
  const album = { classes: 2, pictures: [picture] };
  const at = (probability: number): number => 1 / (1 + (1 / probability - 1) ** (1 / temperature));
  const tempered = temperature === 1 ? own : own.map(at);
  const probabilities = [tempered, tempered.map((probability) => 1 - probability)];
  return plainLossOf(metric, curves, album, [probabilities], absent);
}

function formulaOf({ program }: DrawnFormula, own: readonly number[], labels: Uint8Array): number {
  const logits = own.flatMap((probability) => [Math.log(probability), Math.log(1 - probability)]);
  return plainFormula(program, { shape: [1, SIDE, SIDE, 2], logits, labels }).value;
}
