import jstat from 'jstat';

const { jStat } = jstat;

/** How candidates that are tried again leave the race. */
export interface RaceOptions {
  /** How probable it may be, over the whole race, that the best of them is made to leave; in (0, 1). */
  readonly error: number;
}

/** Where a race stands: follows from the rewards so far. */
export interface RaceState {
  /** The places of the candidates that are still in it, rising. */
  readonly running: readonly number[];
  /** Trials so far, and how many there may be. */
  readonly spent: number;
  readonly budget: number;
  /** The rewards of those still in it: for each repeat, in the order of `running`. */
  readonly rewards: readonly (readonly number[])[];
  /** Of all candidates. */
  readonly candidates: number;
}

/** The least repeats that rewards differ by chance in. */
const LEAST_REPEATS = 2;

/** How many repeats come before the next decision; 0 where the race is at its end. */
export function nextRepeats({ running, spent, budget, rewards }: RaceState): number {
  const most = Math.floor((budget - spent) / running.length);
  if (running.length < 2) return 0;
  return Math.min(most, Math.max(1, LEAST_REPEATS - rewards.length));
}

/** @returns those of `state.running` that stay. The one with the best mean always does, of equal ones the first. */
export function stayers({ error }: RaceOptions, { running, rewards, candidates }: RaceState): readonly number[] {
  if (rewards.length < LEAST_REPEATS) return running;
  const means = running.map((_, place) => meanOf(rewards.map((row) => row[place] as number)));
  const lead = means.indexOf(Math.max(...means));
  const level = error / (candidates - 1);
  return running.filter((_, place) => place === lead || chanceOf(place, lead, means, rewards) >= level);
}

/**
 * How probable it is that a candidate is no worse than the one in the lead, from rewards on common batches: a reward is the
 * candidate's worth plus what its repeat adds for all plus noise of equal variance, and nothing else is known beforehand. The
 * difference of two then has Student's t distribution about that of their means, with the noise of all candidates pooled
 * (Box and Tiao, Bayesian Inference in Statistical Analysis, 1973, section 2.5).
 *
 * The probability that any of the candidates is the best is no higher, so that with a level of error / (candidates - 1) the best one
 * leaves with a probability of at most `error`, however often that is asked.
 */
function chanceOf(
  place: number,
  lead: number,
  means: readonly number[],
  rewards: readonly (readonly number[])[],
): number {
  const all = meanOf(means);
  let squares = 0;
  for (const row of rewards) {
    const shift = meanOf(row) - all;
    for (const [each, reward] of row.entries()) squares += (reward - (means[each] as number) - shift) ** 2;
  }
  const freedom = (means.length - 1) * (rewards.length - 1);
  const behind = (means[lead] as number) - (means[place] as number);
  if (behind === 0) return 0.5;
  const error = Math.sqrt((2 * squares) / freedom / rewards.length);
  return error === 0 ? 0 : 1 - jStat.studentt.cdf(behind / error, freedom);
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
