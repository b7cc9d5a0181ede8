import type { Finalists, SearchView } from '@auto-seg-loss/runtime';
import {
  candidateScores,
  type Estimate,
  estimateOf,
  type FinishedTrial,
  meanScores,
  scoresAgain,
  trialFront,
} from '@auto-seg-loss/study';
import { placeOf } from './winner.ts';

/** The front of a search for several metrics, as far as it is known. */
export interface ShownFront {
  readonly losses: readonly ShownLoss[];
  /** Which of them is the knee: an index. */
  readonly knee: number;
  readonly hypervolume: number;
  /** Whether the losses were tried again. */
  readonly isTriedAgain: boolean;
}

/** A loss of the front. */
export interface ShownLoss {
  readonly theta: readonly number[];
  readonly trial: FinishedTrial | null;
  /** Round and trial, in words. */
  readonly place: string;
  /** By each metric what the front is of: means of the repeats; without any, its own scores. */
  readonly scores: readonly number[];
  /** The same with intervals; of the knee, from trainings that nothing was chosen by, where there are any. */
  readonly worth: readonly Estimate[];
}

/** @returns null of a search for one metric, and where no trial is complete. */
export function shownFront(
  { trials, rounds, metrics }: SearchView,
  { front, confirmed }: Finalists,
): ShownFront | null {
  const byMetric = (all: readonly (readonly number[])[]): readonly Estimate[] =>
    metrics.map((_, axis) => estimateOf(all.map((scores) => scores[axis] ?? 0)));
  if (front !== null) {
    const last = confirmed.map((trial) => scoresAgain(trial, metrics.length));
    const losses = front.points.map(({ theta, trial, scores }, index): ShownLoss => {
      const measured = index === front.knee && last.length > 0 ? last : (scores ?? []);
      const place = trial === null ? 'recommended by the searcher' : placeOf(trial);
      return { theta, trial, place, scores: meanScores(scores ?? []), worth: byMetric(measured) };
    });
    return { losses, knee: front.knee, hypervolume: front.hypervolume, isTriedAgain: true };
  }
  const own = trialFront(trials.filter(({ round }) => round < rounds));
  if (own === null) return null;
  const losses = own.points.map((trial): ShownLoss => {
    const scores = candidateScores(trial) ?? [];
    return { theta: trial.theta, trial, place: placeOf(trial), scores, worth: byMetric([scores]) };
  });
  return { losses, knee: own.knee, hypervolume: own.hypervolume, isTriedAgain: false };
}
