import jstat from 'jstat';

const { jStat } = jstat;

/** How far two orders of the same things agree. */
export interface RankCorrelation {
  /** Spearman's ρ, in [-1, 1]; null where all values of one side are equal. */
  readonly rho: number | null;
  /** Its 95 % interval; null where there is no ρ, or fewer than 5 things. */
  readonly interval: readonly [low: number, high: number] | null;
}

const LEAST = 5;
/** Of the normal distribution, for 95 %. */
const REACH = 1.959964;

/**
 * Spearman's rank correlation, ties with their mean rank; its interval by Fisher's transformation with the standard error
 * √((1 + ρ²/2) / (n - 3)) (Bonett and Wright, Psychometrika 65, 2000).
 * @param a at least two values. @param b as many.
 */
export function rankCorrelation(a: readonly number[], b: readonly number[]): RankCorrelation {
  const rho = jStat.spearmancoeff([...a], [...b]);
  if (!Number.isFinite(rho)) return { rho: null, interval: null };
  if (a.length < LEAST) return { rho, interval: null };
  // Rounding may leave a perfect correlation a last digit above 1.
  const bounded = Math.min(1, Math.max(-1, rho));
  const error = Math.sqrt((1 + bounded ** 2 / 2) / (a.length - 3));
  const at = (sign: number): number => Math.tanh(Math.atanh(bounded) + sign * REACH * error);
  return { rho: bounded, interval: [at(-1), at(1)] };
}
