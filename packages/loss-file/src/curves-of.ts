import { readFormula } from '@auto-seg-loss/formula';
import { AslError, type Constraint, type Curve, isAslError, type Metric, type Surrogate } from '@auto-seg-loss/kernel';
import type { CurvesTerm, NamedCurve } from './loss-file.ts';

/** What the plugins that a term with curves names have made. */
export interface LossParts {
  readonly metric: Metric;
  readonly surrogate: Surrogate;
  readonly constraints: readonly Constraint[];
}

/**
 * The curves of a term, checked against its parts: each curve of the metric's formula is there, each has control points of
 * its surrogate, and each satisfies the constraints.
 * @param where the file, or the term of it, for messages.
 * @throws AslError ASL_LOSS_MISMATCH where the curves are of another metric; ASL_LOSS_INVALID naming curve and point.
 */
export function curvesOf(
  term: CurvesTerm,
  { metric, surrogate, constraints }: LossParts,
  where: string,
): readonly Curve[] {
  checkCurveNames(term, metric, where);
  return term.curves.map((curve, index) => {
    const at = `curves[${index}] ("${curve.name}") in ${where}`;
    const opened = curveOf(curve, surrogate, at);
    checkConstraints(opened, constraints, at);
    return opened;
  });
}

function checkCurveNames(term: CurvesTerm, metric: Metric, where: string): void {
  const expected = readFormula(metric).slots.map((slot) => slot.name);
  const received = term.curves.map((curve) => curve.name);
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
