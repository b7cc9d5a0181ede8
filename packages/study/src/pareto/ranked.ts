import type { FinishedTrial } from '../trial.ts';
import type { ScoreVector } from './dominance.ts';
import { type Front, frontOf } from './front.ts';

/** What something is worth on average. */
export interface MeansOf<T> {
  reward(one: T): number;
  /** How often it was tried: in a race, the better ones stay longer. */
  repeats(one: T): number;
  /** By each of several metrics; null where there is one alone. */
  scores(one: T): ScoreVector | null;
}

/** Candidates that were tried again, the best first: those that were tried more often, then by mean reward, of equal ones the earlier. */
export interface Ranked<T> {
  /** By several metrics: the knee of their front, the rest of the front along it, then the others by mean reward. */
  readonly ordered: readonly T[];
  /** null where there is one metric. */
  readonly front: Front<T> | null;
}

export function ranked<T>(candidates: readonly T[], means: MeansOf<T>): Ranked<T> {
  const byReward = candidates.toSorted(
    (a, b) => means.repeats(b) - means.repeats(a) || means.reward(b) - means.reward(a),
  );
  const isSeveral = candidates.every((one) => means.scores(one) !== null);
  const front = isSeveral ? frontOf(candidates, (one) => means.scores(one) ?? []) : null;
  if (front === null) return { ordered: byReward, front };
  const knee = front.points[front.knee] as T;
  const rest = front.points.filter((one) => one !== knee);
  return { ordered: [knee, ...rest, ...byReward.filter((one) => !front.points.includes(one))], front };
}

/** The mean by each metric of at least one vector. */
export function meanScores(scores: readonly ScoreVector[]): ScoreVector {
  const [first = []] = scores;
  return first.map((_, axis) => scores.reduce((sum, one) => sum + (one[axis] as number), 0) / scores.length);
}

/** Scores of a new training by so many metrics: 0 where it failed. */
export function scoresAgain({ outcome }: FinishedTrial, metrics: number): ScoreVector {
  return (outcome.status === 'failed' ? undefined : outcome.scores) ?? new Array<number>(metrics).fill(0);
}
