import { contentKey, type Searcher } from '@auto-seg-loss/kernel';
import type { TrialContent } from './begin-round.ts';
import { type Estimate, estimateOf } from './estimate.ts';
import type { ScoreVector } from './pareto/dominance.ts';
import { candidateScores, type Front, trialFront } from './pareto/front.ts';
import { meanScores, ranked, scoresAgain } from './pareto/ranked.ts';
import { bestOf } from './pareto/spread.ts';
import { nextRepeats, type RaceOptions, type RaceState, stayers } from './race.ts';
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
  /**
   * Without it, each is tried `repeats` times. With it, those leave that turn out to be worse, and what they leave over is spent on
   * the others: no more trials than without it.
   */
  readonly race?: RaceOptions | null;
}

/** How many numbers are kept for rounds that try the best again, before those that say what the one that is named is worth. */
export function roundsAgain({ candidates, repeats, race }: Omit<ReevaluationOptions, 'confirm'>): number {
  // A race may take as many repeats as it has trials.
  return race == null ? repeats : repeats * (candidates + 1);
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
   * By mean reward, the best first (of equal ones the earlier); after a race, those that stayed longer before. By several metrics: the
   * knee of their front, the rest of the front along it, then the others by mean reward.
   */
  readonly finalists: readonly Finalist[];
  /** By the means of the repeats; null of a search for one metric. */
  readonly front: NamedFront | null;
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

interface Point {
  readonly theta: readonly number[];
  readonly trial: FinishedTrial | null;
  readonly rival?: string;
}

/** A point to be tried again. */
interface Candidate extends Point {
  /** Among those that are tried again. */
  readonly place: number;
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
  options: ReevaluationOptions,
  rivals: readonly RivalPoint[],
  round: Omit<RoundOptions, 'trials' | 'pruning'>,
): Promise<Reevaluation | undefined> {
  const { candidates, repeats, confirm } = options;
  const { best, recommended } = chooseCandidates(searcher, round.store, candidates);
  const metrics = best.flatMap(({ trial }) => (trial === null ? [] : [candidateScores(trial)?.length]))[0];
  // A race goes by rewards: of several metrics it would leave nothing of a front but its middle.
  const race = metrics === undefined ? (options.race ?? null) : null;
  const beside = rivals.filter(({ theta }) => ![...best, ...recommended].some((one) => isSame(one.theta, theta)));
  const chosen = [
    ...best,
    ...recommended,
    ...beside.map(({ name, theta }): Point => ({ theta, trial: null, rival: name })),
  ].map((candidate, place): Candidate => ({ ...candidate, place }));
  const searched = round.store.trials().filter((trial) => trial.round < searcher.rounds).length;
  round.progress.expect(searched + repeats * chosen.length + confirm);
  round.emit({
    type: 'reevaluation-started',
    best: best.length,
    recommended: recommended.length > 0,
    ...(metrics === undefined ? {} : { several: true }),
    ...(beside.length === 0 ? {} : { rivals: beside.map(({ name }) => name) }),
    repeats,
    confirm,
    race: race !== null,
  });
  const tried =
    race === null
      ? await tryAgain(chosen, searcher.rounds, repeats, round)
      : await runRace(chosen, { first: searcher.rounds, most: roundsAgain(options), repeats }, race, round);
  if (tried === undefined) return undefined;
  const again = chosen.map(({ place, ...candidate }): Finalist => {
    const own = tried.flatMap((trials) => trials.filter(({ index }) => index === place));
    const scores = metrics === undefined ? null : own.map((one) => scoresAgain(one, metrics));
    return { ...candidate, repeats: own, rewards: own.map(({ outcome }) => rewardOf(outcome)), scores };
  });
  const { ordered: finalists, front } = ranked(again, {
    repeats: ({ repeats: own }) => own.length,
    reward: meanReward,
    scores: ({ scores }) => (scores === null ? null : meanScores(scores)),
  });
  round.progress.expect(searched + tried.reduce((sum, trials) => sum + trials.length, 0) + confirm);
  const [first] = finalists;
  if (first === undefined) return { finalists, estimate: null, front: null };
  const winner: Candidate = { theta: first.theta, trial: first.trial, place: 0 };
  const confirmed = await tryAgain([winner], searcher.rounds + roundsAgain(options), confirm, round);
  if (confirmed === undefined) return undefined;
  const last = confirmed.map(([trial]) => trial as FinishedTrial);
  const rewards = last.map(({ outcome }) => rewardOf(outcome));
  return {
    finalists,
    estimate: rewards.length === 0 ? null : estimateOf(rewards),
    front: front === null ? null : { ...front, confirmed: last.map((trial) => scoresAgain(trial, metrics ?? 0)) },
  };
}

/**
 * Tries candidates again until one is left, or as often as the fixed plan would. Who leaves follows from the rewards alone.
 * @param numbers the first round's, and how many rounds there may be: those that come after are others'.
 * @returns as `tryAgain`.
 */
async function runRace(
  candidates: readonly Candidate[],
  numbers: { readonly first: number; readonly most: number; readonly repeats: number },
  race: RaceOptions,
  options: Omit<RoundOptions, 'trials' | 'pruning'>,
): Promise<readonly (readonly FinishedTrial[])[] | undefined> {
  const { first, most, repeats } = numbers;
  // One alone has nobody to race with.
  if (candidates.length < 2) return tryAgain(candidates, first, repeats, options);
  const rounds: (readonly FinishedTrial[])[] = [];
  let running = candidates.map(({ place }) => place);
  const state = (): RaceState => ({
    running,
    spent: rounds.reduce((sum, trials) => sum + trials.length, 0),
    budget: repeats * candidates.length,
    rewards: rounds.map((trials) => {
      return trials.flatMap(({ index, outcome }) => (running.includes(index) ? [rewardOf(outcome)] : []));
    }),
    candidates: candidates.length,
  });
  const next = (): number => Math.min(most - rounds.length, nextRepeats(state()));
  for (let count = next(); count > 0; count = next()) {
    const own = candidates.filter(({ place }) => running.includes(place));
    const tried = await tryAgain(own, first + rounds.length, count, options);
    if (tried === undefined) return undefined;
    rounds.push(...tried);
    running = [...stayers(race, state())];
  }
  return rounds;
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
): { readonly best: readonly Point[]; readonly recommended: readonly Point[] } {
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
  return chosen.map(({ theta, place }, index) => {
    const key = contentKey(content({ theta }, round));
    return { number: first + index, index: place, key, theta, descent: null, whole: true, copyOf: null };
  });
}
