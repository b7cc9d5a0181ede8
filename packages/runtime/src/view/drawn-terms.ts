import { type LossProgram, traceFormula } from '@auto-seg-loss/export';
import type { Curve, Metric } from '@auto-seg-loss/kernel';
import { openCurves } from '@auto-seg-loss/loss-expression';
import { isCurvesTerm, type LossFileTerm } from '@auto-seg-loss/loss-file';
import { checkPlugin, type RunContext } from '@auto-seg-loss/plugin-host';

/** A term of a loss with what its values are computed of. */
export type DrawnTerm = DrawnCurves | DrawnFormula;

/** As a term of a loss file has it. */
export interface DrawnCurves {
  readonly weight: number;
  readonly temperature: number;
  readonly absent: 'zero' | 'skip';
  readonly metric: Metric;
  readonly curves: readonly Curve[];
}

export interface DrawnFormula {
  readonly weight: number;
  readonly program: LossProgram;
}

/** Of the image that a surface is of. */
const CLASSES = 2;

/**
 * The terms of a loss, with plugins made.
 * @param where the loss, for messages.
 * @returns undefined where a hand-made one has no formula, or one for another number of classes: it cannot be drawn.
 * @throws AslError as opening a loss file does.
 */
export async function drawnTerms(
  terms: readonly LossFileTerm[],
  where: string,
  context: RunContext,
): Promise<readonly DrawnTerm[] | undefined> {
  const drawn: DrawnTerm[] = [];
  for (const term of terms) {
    const { weight } = term;
    if (isCurvesTerm(term)) {
      const { temperature, absent } = term;
      const { metric, curves } = await openCurves(term, where, context);
      drawn.push({ weight, temperature, absent, metric, curves });
      continue;
    }
    const plugin = await checkPlugin({ kind: 'loss', use: term.loss, where }, context);
    const { formula } = await plugin.make(context);
    const program = formula === undefined ? undefined : traceFormula(term.loss.use, formula);
    if (program === undefined || (program.classes ?? CLASSES) !== CLASSES) return undefined;
    drawn.push({ weight, program });
  }
  return drawn;
}
