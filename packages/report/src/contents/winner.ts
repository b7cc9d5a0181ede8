import type { Finalists, SearchView } from '@auto-seg-loss/runtime';
import { bestTrial, type Estimate, estimateOf, type FinishedTrial, rewardOf } from '@auto-seg-loss/study';
import type { ShownFront } from './shown-front.ts';
import { list, percent, times } from './words.ts';

/** The candidate that a search names, or would name by what is known yet. */
export interface Winner {
  readonly theta: readonly number[];
  /** null for a point that the searcher recommended and had not tried, and for a rival. */
  readonly trial: FinishedTrial | null;
  /** Of a hand-made loss that was tried beside the best, its name. */
  readonly rival?: string;
  /** New trainings of it: those that nothing was chosen by, else the repeats; without either its trial. */
  readonly measured: readonly FinishedTrial[];
  /** What it is worth; null where nothing but what it was chosen by says so. */
  readonly worth: Estimate | null;
  /** What it is worth and where it comes from, in one line. */
  readonly text: string;
}

/** @returns undefined where no trial is complete. */
export function winnerOf(
  { trials, rounds, metric, metrics }: SearchView,
  finalists: Finalists,
  front: ShownFront | null = null,
): Winner | undefined {
  if (front !== null) return kneeOf(front, metrics, finalists);
  const [first] = finalists.candidates;
  const best = bestTrial(trials.filter(({ round }) => round < rounds));
  if (first === undefined) {
    if (best === null) return undefined;
    const text = `best ${metric} ${percent(rewardOf(best.outcome))} (${placeOf(best)})`;
    return { theta: best.theta, trial: best, measured: [best], worth: null, text };
  }
  const { confirmed } = finalists;
  const measured = confirmed.length > 0 ? confirmed : first.repeats;
  const worth = confirmed.length > 0 ? estimateOf(confirmed.map(({ outcome }) => rewardOf(outcome))) : null;
  const rival = first.rival === undefined ? {} : { rival: first.rival };
  return { theta: first.theta, trial: first.trial, ...rival, measured, worth, text: textOf(metric, first, worth) };
}

/** Of a front, what `loss.json` holds. */
function kneeOf(
  { losses, knee, confirmed }: ShownFront,
  metrics: readonly string[],
  finalists: Finalists,
): Winner | undefined {
  const loss = losses[knee];
  if (loss === undefined) return undefined;
  const { theta, trial, place, worth } = loss;
  const [first] = finalists.candidates;
  const repeats = first?.repeats ?? (trial === null ? [] : [trial]);
  const measured = finalists.confirmed.length > 0 ? finalists.confirmed : repeats;
  const scores = metrics.map((metric, axis) => `${metric} ${percent((confirmed ?? worth)[axis]?.mean ?? 0)}`);
  const text = `front of ${times(losses.length, 'loss', 'losses')}, its knee ${list(scores)} (${place})`;
  return { theta, trial, measured, worth: null, text };
}

function textOf(metric: string, candidate: Finalists['candidates'][number], worth: Estimate | null): string {
  const { mean, repeats } = candidate;
  const from = originOf(candidate);
  if (worth === null) return `${metric} ${percent(mean)} over ${times(repeats.length, 'repeat')} (${from})`;
  const between =
    worth.interval === null ? '' : `, 95 % interval ${percent(worth.interval[0])} to ${percent(worth.interval[1])}`;
  return `${metric} ${percent(worth.mean)}${between}, over ${times(worth.rewards.length, 'new training')} (${from})`;
}

/** Where a candidate comes from. */
export function originOf({ trial, rival }: Pick<Winner, 'trial' | 'rival'>): string {
  if (trial !== null) return placeOf(trial);
  return rival === undefined
    ? 'recommended by the searcher'
    : `the hand-made loss ${rival}, tried beside the finalists`;
}

/** From 1, as in all that is shown of a search. */
export function placeOf({ round, number }: FinishedTrial): string {
  return `round ${round + 1}, trial ${number + 1}`;
}
