import { contentKey, type Searcher } from '@auto-seg-loss/kernel';
import type { TrialContent } from './begin-round.ts';
import { type Estimate, estimateOf } from './estimate.ts';
import type { ScoreVector } from './pareto/dominance.ts';
import { candidateScores, type Front, trialFront } from './pareto/front.ts';
import { meanScores, ranked, scoresAgain } from './pareto/ranked.ts';
import { bestOf } from './pareto/spread.ts';
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
  /** The search's trial it comes from; null for a point that the searcher recommends and has not tried. */
  readonly trial: FinishedTrial | null;
  /** One for each repeat, 0 for a failed one. */
  readonly rewards: readonly number[];
  /** The repeats themselves, in order. */
  readonly repeats: readonly FinishedTrial[];
  /** Of a search for several metrics, the scores of each repeat, 0 for a failed one; null of another. */
  readonly scores: readonly ScoreVector[] | null;
}

/** The losses that a search for several metrics names. */
export interface NamedFront extends Front<Finalist> {
  /** Scores of the knee in trainings that nothing was chosen by; empty without any. */
  readonly confirmed: readonly ScoreVector[];
}

/** What came of trying the best again. */
export interface Reevaluation {
  /**
   * By mean reward, the best first (of equal ones the earlier). By several metrics: the knee of their front, the rest of the front along
   * it, then the others by mean reward.
   */
  readonly finalists: readonly Finalist[];
  /** By the means of the repeats; null of a search for one metric. */
  readonly front: NamedFront | null;
  /** What the first of them is worth, from rounds that nothing was chosen by; null without any. */
  readonly estimate: Estimate | null;
}

/** The mean reward of a finalist's repeats. */
export function meanReward({ rewards }: Finalist): number {
  return rewards.reduce((sum, reward) => sum + reward, 0) / rewards.length;
}

/** The front of a search for several metrics whose best were not tried again: that of its trials. */
export function untriedFront(trials: readonly TrialRecord[]): NamedFront | null {
  const front = trialFront(trials);
  if (front === null) return null;
  const points = front.points.map((trial): Finalist => {
    return {
      theta: trial.theta,
      trial,
      rewards: [rewardOf(trial.outcome)],
      repeats: [trial],
      scores: [candidateScores(trial) ?? []],
    };
  });
  return { ...front, points, confirmed: [] };
}

/** A point to be tried again. */
interface Candidate {
  readonly theta: readonly number[];
  readonly trial: FinishedTrial | null;
}

/**
 * Tries the best trials again. The best of many noisy rewards is too good to be true: it was chosen for its luck too. The
 * rewards of new rounds were not, and all candidates of a round see the same batches. The best of those is still chosen by
 * them; what it is worth is said by rounds that come after.
 *
 * @returns undefined after `signal` aborted.
 */
export async function reevaluate(
  searcher: Searcher,
  { candidates, repeats, confirm }: ReevaluationOptions,
  round: Omit<RoundOptions, 'trials' | 'pruning'>,
): Promise<Reevaluation | undefined> {
  const { best, recommended } = chooseCandidates(searcher, round.store, candidates);
  const chosen = [...best, ...recommended];
  const searched = round.store.trials().filter((trial) => trial.round < searcher.rounds).length;
  round.progress.expect(searched + repeats * chosen.length + confirm);
  round.emit({
    type: 'reevaluation-started',
    best: best.length,
    recommended: recommended.length > 0,
    ...(best.some(({ trial }) => trial !== null && candidateScores(trial) !== null) ? { several: true } : {}),
    repeats,
    confirm,
  });
  const tried = await tryAgain(chosen, searcher.rounds, repeats, round);
  if (tried === undefined) return undefined;
  const again = chosen.map(({ theta, trial }, index): Finalist => {
    const own = tried.map((trials) => trials[index] as FinishedTrial);
    const metrics = trial === null ? undefined : candidateScores(trial)?.length;
    const scores = metrics === undefined ? null : own.map((one) => scoresAgain(one, metrics));
    return { theta, trial, repeats: own, rewards: own.map(({ outcome }) => rewardOf(outcome)), scores };
  });
  const { ordered: finalists, front } = ranked(again, {
    reward: meanReward,
    scores: ({ scores }) => (scores === null ? null : meanScores(scores)),
  });
  const [first] = finalists;
  if (first === undefined) return { finalists, estimate: null, front: null };
  const confirmed = await tryAgain([first], searcher.rounds + repeats, confirm, round);
  if (confirmed === undefined) return undefined;
  const last = confirmed.map(([trial]) => trial as FinishedTrial);
  const rewards = last.map(({ outcome }) => rewardOf(outcome));
  const metrics = first.scores?.[0]?.length ?? 0;
  return {
    finalists,
    estimate: rewards.length === 0 ? null : estimateOf(rewards),
    front: front === null ? null : { ...front, confirmed: last.map((trial) => scoresAgain(trial, metrics)) },
  };
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
  const scores = complete.flatMap((trial) => candidateScores(trial) ?? []).length > 0;
  if (scores) {
    const inOrder = complete.toSorted((a, b) => a.number - b.number);
    const chosen = bestOf(
      inOrder.map((trial) => candidateScores(trial) ?? []),
      count,
    ).map((index) => inOrder[index] as FinishedTrial);
    return { best: chosen.map((trial) => ({ theta: trial.theta, trial })), recommended: [] };
  }
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
