import type { Searcher } from '@auto-seg-loss/kernel';
import type { TrialContent } from './begin-round.ts';
import { contentKey } from './canonical-json.ts';
import { type RoundOptions, runRound } from './run-round.ts';
import { type FinishedTrial, isFinished, rewardOf, type TrialRecord } from './trial.ts';
import type { NewTrial, TrialStore } from './trial-store.ts';

/** How the best trials are tried again before one of them is named. */
export interface ReevaluationOptions {
  /** How many of the best trials; with a searcher that recommends a point, that point comes on top. */
  readonly candidates: number;
  /** How often each is tried again: each time a round of its own, with other batches and first weights. */
  readonly repeats: number;
}

/** A candidate with the rewards of its repeats. */
export interface Finalist {
  readonly theta: readonly number[];
  /** The search's trial it comes from; null for the point that the searcher recommends. */
  readonly trial: FinishedTrial | null;
  /** One for each repeat, 0 for a failed one. */
  readonly rewards: readonly number[];
  /** The repeats themselves, in order. */
  readonly repeats: readonly FinishedTrial[];
}

/** The mean reward of a finalist's repeats. */
export function meanReward({ rewards }: Finalist): number {
  return rewards.reduce((sum, reward) => sum + reward, 0) / rewards.length;
}

/**
 * Tries the best trials again. The best of many noisy rewards is too good to be true: it was chosen for its luck too. The
 * rewards of new rounds were not, and all candidates of a round see the same batches.
 *
 * @returns the finalists, by mean reward, the best first (of equal ones the earlier); undefined after `signal` aborted.
 */
export async function reevaluate(
  searcher: Searcher,
  { candidates, repeats }: ReevaluationOptions,
  round: Omit<RoundOptions, 'trials'>,
): Promise<readonly Finalist[] | undefined> {
  const { store, content } = round;
  const chosen = chooseCandidates(searcher, store, candidates);
  const first = searcher.rounds * searcher.samples;
  for (let repeat = 0; repeat < repeats; repeat++) {
    const number = searcher.rounds + repeat;
    if (store.round(number).length === 0) {
      store.addRound(number, roundOf(chosen, content, number, first + repeat * chosen.length));
    }
    if (!(await runRound({ ...round, trials: store.round(number) }))) return undefined;
  }
  const finalists = chosen.map(({ theta, trial }, index): Finalist => {
    const tried = Array.from({ length: repeats }, (_, repeat) => store.round(searcher.rounds + repeat)[index]);
    const finished = tried.filter((one): one is FinishedTrial => one !== undefined && isFinished(one));
    return { theta, trial, repeats: finished, rewards: finished.map(({ outcome }) => rewardOf(outcome)) };
  });
  return finalists.toSorted((a, b) => meanReward(b) - meanReward(a));
}

function chooseCandidates(
  searcher: Searcher,
  store: TrialStore,
  count: number,
): { theta: readonly number[]; trial: FinishedTrial | null }[] {
  const complete = store
    .trials()
    .filter((trial: TrialRecord): trial is FinishedTrial => isFinished(trial) && trial.outcome.status === 'complete')
    .filter(({ round, copyOf }) => round < searcher.rounds && copyOf === null)
    .toSorted((a, b) => rewardOf(b.outcome) - rewardOf(a.outcome) || a.number - b.number);
  const best = complete.slice(0, count).map((trial) => ({ theta: trial.theta, trial }));
  const recommended = searcher.recommend?.();
  if (recommended === undefined || best.length === 0) return best;
  return [...best, { theta: recommended.theta, trial: null }];
}

function roundOf(
  chosen: readonly { readonly theta: readonly number[] }[],
  content: TrialContent,
  round: number,
  first: number,
): NewTrial[] {
  return chosen.map(({ theta }, index) => {
    return { number: first + index, index, key: contentKey(content(theta, round)), theta, copyOf: null };
  });
}
