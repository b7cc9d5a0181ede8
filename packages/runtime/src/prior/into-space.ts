import type { CurveSlot } from '@auto-seg-loss/formula';
import { AslError, canonicalJson, type PriorTrial, type Surrogate } from '@auto-seg-loss/kernel';
import { type CurvesTerm, isCurvesTerm, type LossFileTerm } from '@auto-seg-loss/loss-file';
import type { LossSpace } from '../container/loss-space.ts';
import type { PriorSource } from './prior-source.ts';

/** A new search. */
export interface PriorTarget {
  readonly space: LossSpace;
  /** The name of the metric whose formula it relaxes. */
  readonly formula: string;
  readonly surrogate: Surrogate;
  /** As its losses name them. */
  readonly uses: Pick<CurvesTerm, 'metric' | 'surrogate' | 'constraints'>;
  readonly absent: 'zero' | 'skip' | 'search';
}

/** How far curves may be apart that count as the same. */
const ROUNDING = 1e-3;
const PLACES = Array.from({ length: 17 }, (_, index) => index / 16);

/**
 * What was tried elsewhere, in θ of a new search. Curves are what is brought along, with weights and temperatures where the new
 * space has them: the options of the metric, and where it is not searched the rule of absent classes, are those of the new search.
 * @param where the prior, for messages.
 * @returns without what is no point of the space: of points that come to one θ, their mean reward.
 * @throws AslError ASL_LOSS_MISMATCH where the curves are of another formula, or nothing is a point of the space.
 */
export function intoSpace(
  source: PriorSource,
  target: PriorTarget,
  where: string,
): { readonly trials: readonly PriorTrial[]; readonly leftOut: number } {
  refuseOther(source, target, where);
  const byTheta = new Map<string, { theta: readonly number[]; rewards: (number | null)[] }>();
  let held = 0;
  for (const { terms, reward } of source.tried) {
    const theta = thetaOf(terms, source, target);
    if (theta === undefined) continue;
    held += 1;
    const key = JSON.stringify(theta);
    const same = byTheta.get(key) ?? { theta, rewards: [] };
    same.rewards.push(reward);
    byTheta.set(key, same);
  }
  if (held === 0) throw notHeld(source, target, where);
  return {
    trials: [...byTheta.values()].map(({ theta, rewards }) => ({ theta, reward: meanOf(rewards) })),
    leftOut: source.tried.length - held,
  };
}

function refuseOther({ curves }: PriorSource, { space, formula }: PriorTarget, where: string): void {
  if (curves === null || space.slots.length === 0) return;
  const [expected, received] = [space, curves].map(({ slots }) => slots.map(shape).join(', '));
  if (expected === received) return;
  throw new AslError('ASL_LOSS_MISMATCH', 'the prior has other curves than this search', {
    where,
    expected: `${expected}: the curves of ${formula}`,
    received: `${received}: those of ${curves.formula}`,
    remedy: `leave it out, or search in its form ("formula": the metric it relaxes, ${curves.formula})`,
  });
}

function shape({ name, operation }: CurveSlot): string {
  return `${name} (${operation})`;
}

/** @returns undefined where the space does not hold the loss. */
function thetaOf(
  terms: readonly LossFileTerm[],
  { curves }: PriorSource,
  { space, surrogate, uses, absent }: PriorTarget,
): readonly number[] | undefined {
  const own = terms.map((term): LossFileTerm => {
    if (!isCurvesTerm(term)) return term;
    return { ...term, ...uses, absent: absent === 'search' ? term.absent : absent };
  });
  // Another family may have as many points, and draw something else between them.
  const isOther = curves !== null && canonicalJson(curves.use) !== canonicalJson(uses.surrogate);
  if (isOther && !terms.filter(isCurvesTerm).every((term) => isDrawnAlike(term, curves.surrogate, surrogate)))
    return undefined;
  return space.encode(own)?.map((value) => Math.min(1, Math.max(0, value)));
}

function isDrawnAlike({ curves }: CurvesTerm, one: Surrogate, other: Surrogate): boolean {
  return curves.every(({ points }) => {
    if (points.length !== other.decode(other.start([]), []).points.length) return false;
    const [a, b] = [one.fromPoints(points), other.fromPoints(points)];
    return PLACES.every((p) => Math.abs(a.value(p) - b.value(p)) <= ROUNDING);
  });
}

function notHeld({ tried, curves }: PriorSource, { space, surrogate, uses }: PriorTarget, where: string): AslError {
  const constraints = uses.constraints.map(({ use }) => use).join(', ') || 'none';
  const points = surrogate.decode(surrogate.start([]), []).points.length;
  const mixed = space.rivals.map(({ name }) => name).join(', ');
  const drawn = `curves of ${points} control points, as ${surrogate.name} draws them under the constraints: ${constraints}`;
  const first = tried[0]?.terms.filter(isCurvesTerm)[0];
  const found =
    first === undefined ? 'none with curves' : `curves of ${first.curves[0]?.points.length ?? 0} control points`;
  return new AslError('ASL_LOSS_MISMATCH', 'the prior holds no loss that is a point of what is searched', {
    where,
    expected: [...(space.slots.length === 0 ? [] : [drawn]), ...(mixed === '' ? [] : [mixed])].join('; '),
    received: `${found}${curves === null ? '' : ` of ${curves.surrogate.name}`}, none of which is one`,
    remedy: 'leave it out, or search with the surrogate, constraints and mix that it was found with',
  });
}

function meanOf(rewards: readonly (number | null)[]): number | null {
  const known = rewards.filter((reward) => reward !== null);
  return known.length === 0 ? null : known.reduce((sum, reward) => sum + reward, 0) / known.length;
}
