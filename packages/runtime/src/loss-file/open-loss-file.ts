import { readFormula } from '@auto-seg-loss/formula';
import type { PluginUse } from '@auto-seg-loss/kernel';
import {
  AslError,
  type Constraint,
  type Curve,
  isAslError,
  type Metric,
  type PluginKind,
  type PluginProducts,
  type Surrogate,
} from '@auto-seg-loss/kernel';
import type { LossFile, NamedCurve } from '@auto-seg-loss/loss-file';
import type { RunContext } from '@auto-seg-loss/plugin-host';
import { checkPlugin } from '@auto-seg-loss/plugin-host';

/** A searched loss with its parts made and its curves checked. */
export interface OpenedLoss {
  readonly file: LossFile;
  readonly metric: Metric;
  readonly surrogate: Surrogate;
  readonly constraints: readonly Constraint[];
  readonly curves: readonly Curve[];
}

/**
 * Makes the parts of a searched loss and checks that they fit: each curve of the metric's formula is there, each has control
 * points of its surrogate, and each satisfies the constraints.
 * @param where the file, for messages.
 * @throws AslError ASL_LOSS_MISMATCH where the curves are of another metric; ASL_LOSS_INVALID naming curve and point; what
 *   finding the plugins throws.
 */
export async function openLossFile(file: LossFile, where: string, context: RunContext): Promise<OpenedLoss> {
  const make = async <K extends PluginKind>(kind: K, use: PluginUse, at: string): Promise<PluginProducts[K]> =>
    (await checkPlugin({ kind, use, where: `${at} in ${where}` }, context)).make(context);
  const metric = await make('metric', file.metric, 'metric');
  const surrogate = await make('surrogate', file.surrogate, 'surrogate');
  const constraints: Constraint[] = [];
  for (const [index, use] of file.constraints.entries())
    constraints.push(await make('constraint', use, `constraints[${index}]`));
  checkCurveNames(file, metric, where);
  const curves = file.curves.map((curve, index) => {
    const at = `curves[${index}] ("${curve.name}") in ${where}`;
    const opened = curveOf(curve, surrogate, at);
    checkConstraints(opened, constraints, at);
    return opened;
  });
  return { file, metric, surrogate, constraints, curves };
}

function checkCurveNames(file: LossFile, metric: Metric, where: string): void {
  const expected = readFormula(metric).slots.map((slot) => slot.name);
  const received = file.curves.map((curve) => curve.name);
  if (expected.length === received.length && expected.every((name, index) => name === received[index])) return;
  throw new AslError('ASL_LOSS_MISMATCH', `the curves are not those of the metric "${metric.name}"`, {
    where,
    expected: expected.join(', '),
    received: received.join(', '),
    remedy: 'name the metric that the loss was found for, or search a loss for this one',
  });
}

function curveOf(curve: NamedCurve, surrogate: Surrogate, at: string): Curve {
  try {
    return surrogate.fromPoints(curve.points);
  } catch (error) {
    if (!isAslError(error)) throw error;
    const { where } = error.details;
    throw new AslError(error.code, error.message, {
      ...error.details,
      where: where === undefined ? at : `${where} of ${at}`,
    });
  }
}

function checkConstraints(curve: Curve, constraints: readonly Constraint[], at: string): void {
  const violations = constraints.flatMap((constraint) => constraint.check(curve));
  if (violations.length === 0) return;
  throw new AslError('ASL_LOSS_INVALID', 'a curve breaks a constraint of the loss', {
    where: at,
    problems: violations.map(({ constraint, point, message }) => ({
      where: `points[${point}]`,
      expected: `what the constraint "${constraint}" asks for`,
      received: message,
    })),
    remedy: 'correct the points, or remove the constraint from the file',
  });
}
