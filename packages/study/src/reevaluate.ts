import { contentKey, type Searcher } from '@auto-seg-loss/kernel';
import type { TrialContent } from './begin-round.ts';
import { type Estimate, estimateOf } from './estimate.ts';
import { type RoundOptions, runRound } from './run-round.ts';
import { type FinishedTrial, isCandidate, isFinished, rewardOf, type TrialRecord } from './trial.ts';
import type { NewTrial, TrialStore } from './trial-store.ts';

/** How the best trials are tried again before one of them is named. */
export interface ReevaluationOptions {
  /** How many of the best trials; with a searcher that recommends a point, that point comes on top. */
  readonly candidates: number;
  /** How often each is tried again: each time a round of its own, with other batches and first weights. */
  readonly repeats: number;
  /** How often the one that is named then is tried once more, to say what it is worth; 0 not to. */
  readonly confirm: number;
}

/** A candidate with the rewards of its repeats. */
export interface Finalist {
  readonly theta: readonly number[];
  /** The search's trial it comes from; null for a point that the searcher recommends and has not tried, and for a rival. */
  readonly trial: FinishedTrial | null;
  /** Of a rival, its name. */
  readonly rival?: string;
  /** One for each repeat, 0 for a failed one. */
  readonly rewards: readonly number[];
  /** The repeats themselves, in order. */
  readonly repeats: readonly FinishedTrial[];
}

/** What came of trying the best again. */
export interface Reevaluation {
  /** By mean reward, the best first (of equal ones the earlier). */
  readonly finalists: readonly Finalist[];
  /** What the first of them is worth, from rounds that nothing was chosen by; null without any. */
  readonly estimate: Estimate | null;
}

/** A point that is tried beside the best, whether the search came near it or not, so that what is named is not worse. */
export interface RivalPoint {
  readonly name: string;
  readonly theta: readonly number[];
}

/** The mean reward of a finalist's repeats. */
export function meanReward({ rewards }: Finalist): number {
  return rewards.reduce((sum, reward) => sum + reward, 0) / rewards.length;
}

/** A point to be tried again. */
interface Candidate {
  readonly theta: readonly number[];
  readonly trial: FinishedTrial | null;
  readonly rival?: string;
}

/**
 * Tries the best trials again. The best of many noisy rewards is too good to be true: it was chosen for its luck too. The
 * rewards of new rounds were not, and all candidates of a round see the same batches. The best of those is still chosen by
 * them; what it is worth is said by rounds that come after.
 *
 * @param rivals to be tried too. @returns undefined after `signal` aborted.
 */
export async function reevaluate(
  searcher: Searcher,
  { candidates, repeats, confirm }: ReevaluationOptions,
  rivals: readonly RivalPoint[],
  round: Omit<RoundOptions, 'trials' | 'pruning'>,
): Promise<Reevaluation | undefined> {
  const { best, recommended } = chooseCandidates(searcher, round.store, candidates);
  const beside = rivals.filter(({ theta }) => ![...best, ...recommended].some((one) => isSame(one.theta, theta)));
  const chosen: readonly Candidate[] = [
    ...best,
    ...recommended,
    ...beside.map(({ name, theta }) => ({ theta, trial: null, rival: name })),
  ];
  const searched = round.store.trials().filter((trial) => trial.round < searcher.rounds).length;
  round.progress.expect(searched + repeats * chosen.length + confirm);
  round.emit({
    type: 'reevaluation-started',
    best: best.length,
    recommended: recommended.length > 0,
    ...(beside.length === 0 ? {} : { rivals: beside.map(({ name }) => name) }),
    repeats,
    confirm,
  });
  const tried = await tryAgain(chosen, searcher.rounds, repeats, round);
  if (tried === undefined) return undefined;
  const finalists = chosen
    .map((candidate, index): Finalist => {
      const own = tried.map((trials) => trials[index] as FinishedTrial);
      return { ...candidate, repeats: own, rewards: own.map(({ outcome }) => rewardOf(outcome)) };
    })
    .toSorted((a, b) => meanReward(b) - meanReward(a));
  const [first] = finalists;
  if (first === undefined) return { finalists, estimate: null };
  const confirmed = await tryAgain([first], searcher.rounds + repeats, confirm, round);
  if (confirmed === undefined) return undefined;
  const rewards = confirmed.map(([trial]) => rewardOf((trial as FinishedTrial).outcome));
  return { finalists, estimate: rewards.length === 0 ? null : estimateOf(rewards) };
}

/**
 * Runs rounds of the same candidates, all of them side by side.
 * @param first number of the first round. @returns the trials of each round, in order; undefined after the signal aborted.
 */
async function tryAgain(
  candidates: readonly Candidate[],
  first: number,
  rounds: number,
  options: Omit<RoundOptions, 'trials' | 'pruning'>,
): Promise<readonly (readonly FinishedTrial[])[] | undefined> {
  const { store, content } = options;
  const numbers = Array.from({ length: rounds }, (_, index) => first + index);
  for (const number of numbers) {
    if (store.round(number).length === 0) {
      store.addRound(number, roundOf(candidates, content, number, store.countBefore(number)));
    }
  }
  const trials = numbers.flatMap((number) => store.round(number));
  if (trials.length > 0 && !(await runRound({ ...options, trials, pruning: null }))) return undefined;
  return numbers.map((number) => store.round(number).filter(isFinished));
}

/** @returns the best trials, and the point that the searcher recommends, where it is none of them. */
function chooseCandidates(
  searcher: Searcher,
  store: TrialStore,
  count: number,
): { readonly best: readonly Candidate[]; readonly recommended: readonly Candidate[] } {
  const complete = store
    .trials()
    .filter((trial: TrialRecord): trial is FinishedTrial => isCandidate(trial))
    .filter(({ round, copyOf }) => round < searcher.rounds && copyOf === null)
    .toSorted((a, b) => rewardOf(b.outcome) - rewardOf(a.outcome) || a.number - b.number);
  const best = complete.slice(0, count).map((trial) => ({ theta: trial.theta, trial }));
  const recommended = searcher.recommend?.();
  if (recommended === undefined || best.length === 0 || best.some(({ theta }) => isSame(theta, recommended.theta))) {
    return { best, recommended: [] };
  }
  const tried = complete.find(({ theta }) => isSame(theta, recommended.theta));
  return { best, recommended: [{ theta: recommended.theta, trial: tried ?? null }] };
}

/** A searcher may recommend what it tried. */
function isSame(theta: readonly number[], other: readonly number[]): boolean {
  return theta.every((value, axis) => value === other[axis]);
}

function roundOf(
  chosen: readonly Candidate[],
  content: TrialContent,
  round: number,
  first: number,
): readonly NewTrial[] {
  return chosen.map(({ theta }, index) => {
    const key = contentKey(content({ theta }, round));
    return { number: first + index, index, key, theta, descent: null, whole: true, copyOf: null };
  });
}
