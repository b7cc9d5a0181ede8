import { type Curve, IGNORE_LABEL, type Metric } from '@auto-seg-loss/kernel';
import { plainLossOf } from '@auto-seg-loss/testing/plain';

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
 * A searched loss of the simplest image there is: two classes, each on half of it. All pixels of the first class give it the
 * probability `right`, all others give it `wrong`. The loss is computed by its definition, in float64.
 * @param steps of each probability.
 */
export function lossSurface(
  metric: Metric,
  curves: readonly Curve[],
  absent: 'zero' | 'skip',
  steps: number,
): LossSurface {
  const first = Array.from({ length: SIDE * SIDE }, (_, pixel) => pixel % SIDE < SIDE / 2);
  const label = Uint8Array.from(first, (own) => (own ? 0 : 1));
  const picture = { height: SIDE, width: SIDE, label, prediction: new Uint8Array(label.length).fill(IGNORE_LABEL) };
  const album = { classes: 2, pictures: [picture] };
  const probabilities = Array.from({ length: steps }, (_, step) => (step + 0.5) / steps);
  const each = (of: (right: number, wrong: number) => number): number[][] =>
    probabilities.map((wrong) => probabilities.map((right) => of(right, wrong)));
  return {
    probabilities,
    loss: each((right, wrong) => {
      const own = first.map((is) => (is ? right : wrong));
      return plainLossOf(metric, curves, album, [[own, own.map((probability) => 1 - probability)]], absent);
    }),
    crossEntropy: each((right, wrong) => -(Math.log(right) + Math.log(1 - wrong)) / 2),
  };
}
