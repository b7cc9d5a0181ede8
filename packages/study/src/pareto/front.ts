import { type FinishedTrial, isCandidate, type TrialRecord } from '../trial.ts';
import type { ScoreVector } from './dominance.ts';
import { hypervolume } from './hypervolume.ts';
import { kneeOf } from './knee.ts';
import { alongFront } from './spread.ts';

/** The losses of a front, from the best by the first metric to the worst by it. */
export interface Front<T> {
  readonly points: readonly T[];
  /** Which of them is the knee: an index. */
  readonly knee: number;
  /** What share of the cube of all scores is no better than one of them, in [0, 1]. */
  readonly hypervolume: number;
}

/** The front of anything that has scores. @returns null where there is nothing. */
export function frontOf<T>(all: readonly T[], scoresOf: (one: T) => ScoreVector): Front<T> | null {
  const points = alongFront(all.map(scoresOf)).map((index) => all[index] as T);
  const [first] = points;
  if (first === undefined) return null;
  const vectors = points.map(scoresOf);
  const zero = scoresOf(first).map(() => 0);
  return { points, knee: kneeOf(vectors), hypervolume: hypervolume(vectors, zero) };
}

/** The scores of a trial, one for each of several metrics; null where it was scored by one alone, or shows nothing of its θ. */
export function candidateScores(trial: TrialRecord): ScoreVector | null {
  if (!isCandidate(trial) || trial.outcome.status === 'failed') return null;
  return trial.outcome.scores ?? null;
}

/**
 * The front of a search's trials, by their own scores: of equal ones the first.
 * @param trials of the searcher, by number. @returns null where it is for one metric, or none is complete.
 */
export function trialFront(trials: readonly TrialRecord[]): Front<FinishedTrial> | null {
  const scored = trials.filter((trial): trial is FinishedTrial => candidateScores(trial) !== null);
  return frontOf(scored, (trial) => candidateScores(trial) ?? []);
}
