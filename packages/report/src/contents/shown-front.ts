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
  /** What the knee scores in trainings that nothing was chosen by; null without any. */
  readonly confirmed: readonly Estimate[] | null;
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
  /** The same with intervals. */
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
    const again = last.length === 0 ? null : byMetric(last);
    const losses = front.points.map(({ theta, trial, rival, scores }): ShownLoss => {
      const place = trial === null ? `the hand-made loss ${rival ?? ''}` : placeOf(trial);
      return { theta, trial, place, scores: meanScores(scores ?? []), worth: byMetric(scores ?? []) };
    });
    return { losses, knee: front.knee, hypervolume: front.hypervolume, confirmed: again, isTriedAgain: true };
  }
  const own = trialFront(trials.filter(({ round }) => round < rounds));
  if (own === null) return null;
  const losses = own.points.map((trial): ShownLoss => {
    const scores = candidateScores(trial) ?? [];
    return { theta: trial.theta, trial, place: placeOf(trial), scores, worth: byMetric([scores]) };
  });
  return { losses, knee: own.knee, hypervolume: own.hypervolume, confirmed: null, isTriedAgain: false };
}
