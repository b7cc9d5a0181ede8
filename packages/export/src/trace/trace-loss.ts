import { readFormula, type SumExpression } from '@auto-seg-loss/formula';
import { AslError, type Curve, type Metric } from '@auto-seg-loss/kernel';
import type { NamedSum, Program } from './program.ts';
import { traceScore } from './trace-score.ts';

/** The loss of a metric: 1 - its formula on soft predictions, with a curve for each soft input of a logical operation. */
export interface MetricLoss {
  readonly metric: Metric;
  /** One for each slot of `readFormula(metric).slots`, in their order. */
  readonly curves: readonly Curve[];
  /** How means count classes that no label of the batch has: as 0, or not at all. */
  readonly absent: 'zero' | 'skip';
  /** What logits are divided by before the softmax; 1 by default. */
  readonly temperature?: number;
}

/**
 * The source interpreter's first half: a metric's loss as a program of named sums and of arithmetic on them.
 * @throws AslError ASL_EXPORT_UNSUPPORTED for a curve without quadratic pieces; ASL_LOSS_MISMATCH for another number of curves;
 *   what `readFormula` throws.
 */
export function traceLoss({ metric, curves, absent, temperature = 1 }: MetricLoss): Program {
  const { sums, slots } = readFormula(metric);
  if (curves.length !== slots.length) {
    throw new AslError('ASL_LOSS_MISMATCH', `the curves do not fit the metric "${metric.name}"`, {
      where: 'curves',
      expected: `${slots.length} (${slots.map((slot) => slot.name).join(', ')})`,
      received: `${curves.length}`,
    });
  }
  const named = slots.map(({ name }, index) => {
    const pieces = curves[index]?.pieces;
    if (pieces !== undefined && pieces.length > 0) return { name, pieces };
    throw new AslError('ASL_EXPORT_UNSUPPORTED', 'a curve has no source code', {
      where: `curve "${name}" of the loss`,
      expected: 'a surrogate whose curves have quadratic pieces, such as bezier or linear',
      received: 'a curve that is known by its values alone',
      remedy: 'give the curves of the surrogate their `pieces`',
    });
  });
  const own = Object.entries(sums).map(([name, expression]) => ({ name, expression }));
  const labelled = absent === 'skip' ? labelledPixels(own) : undefined;
  const all = labelled === undefined || own.includes(labelled) ? own : [...own, labelled];
  const score = traceScore(metric, Object.keys(sums), labelled?.name);
  return { metric: metric.name, temperature, curves: named, sums: all, score };
}

/** How many pixels of the batch each class's label has; the formula's own sum where it has one. */
function labelledPixels(sums: readonly NamedSum[]): NamedSum {
  const expression: SumExpression = {
    key: 'sum(label,valid,data set)',
    mask: { op: 'label', key: 'label', soft: false },
    region: { op: 'valid', key: 'valid' },
    of: 'data set',
  };
  return sums.find((sum) => sum.expression.key === expression.key) ?? { name: 'pixels of the labels', expression };
}
