import type { RunConfig } from '@auto-seg-loss/config';
import { AslError, contentKey, type Json, type PluginUse } from '@auto-seg-loss/kernel';
import { usedFrom } from '@auto-seg-loss/loss-expression';
import { isCurvesTerm, type LossFile, type LossFileTerm } from '@auto-seg-loss/loss-file';
import {
  type AcceptedChange,
  type Estimate,
  estimateOf,
  type Finalist,
  type FinishedTrial,
  type NamedFront,
  rewardOf,
  type ScoreVector,
  type StudyResult,
  type TrialRecord,
} from '@auto-seg-loss/study';
import type { Run } from '../container/assemble-run.ts';
import { type GuardReference, REFERENCE_LOSS, referenceName } from '../jobs/guards.ts';
import { isNotFinite } from '../jobs/not-finite.ts';
import type { TakenPrior } from '../prior/taken-prior.ts';
import type { Environment } from '../run-folder/environment.ts';
import { proxyContent } from '../run-folder/proxy-content.ts';
import { spaceContent } from '../run-folder/trial-content.ts';

/** The candidate that a search names: of the finalists the one with the best mean reward; without any, the best trial. */
export interface Winner {
  readonly theta: readonly number[];
  /** null for a point that the searcher recommends and has not tried, and for a rival. */
  readonly trial: FinishedTrial | null;
  /** Of a hand-made loss that was tried beside the best, and was better than all that the search found: its name. */
  readonly rival?: string;
  /**
   * Of new rounds: those that nothing was chosen by, or where the config asks for none, those of the reevaluation; without
   * either, the best trial's own reward.
   */
  readonly rewards: readonly number[];
  /** The 95 % interval of their mean; null for a single reward, or where they are what it was chosen by. */
  readonly interval: readonly [low: number, high: number] | null;
  readonly confirmed: boolean;
  /** Its exact metrics in the first of those rounds. */
  readonly metrics: Json;
  /** Of a search for several metrics, what it scores by each in the rounds that `rewards` are of; null of another. */
  readonly scores: readonly Estimate[] | null;
}

export function winnerOf(
  best: FinishedTrial,
  { finalists, estimate, front }: Pick<StudyResult, 'finalists' | 'estimate' | 'front'>,
): Winner {
  if (front !== null) return kneeOf(front, finalists.length > 0, estimate);
  const [first] = finalists;
  const measured = first === undefined ? [best] : first.repeats;
  const metrics = measured.flatMap(({ outcome }) => (outcome.status === 'complete' ? [outcome.metrics] : []));
  return {
    theta: first?.theta ?? best.theta,
    trial: first === undefined ? best : first.trial,
    ...(first?.rival === undefined ? {} : { rival: first.rival }),
    rewards: estimate?.rewards ?? first?.rewards ?? [rewardOf(best.outcome)],
    interval: estimate?.interval ?? null,
    confirmed: first !== undefined,
    metrics: metrics[0] ?? null,
    scores: null,
  };
}

/** Where a loss was found. */
interface FoundIn {
  readonly environment: Environment;
  readonly accepted: readonly AcceptedChange[];
  /** How often each class is, where the loss depends on it. */
  readonly shares: readonly number[] | undefined;
}

/**
 * A loss of a front, by the repeats that all of the front had in common.
 * @param confirmed whether it was tried again.
 */
export function winnerOnFront({ points }: NamedFront, place: number, confirmed: boolean): Winner {
  const { theta, trial, rival, rewards, repeats, scores } = points[place] as Finalist;
  const metrics = repeats.flatMap(({ outcome }) => (outcome.status === 'complete' ? [outcome.metrics] : []));
  return {
    theta,
    trial,
    ...(rival === undefined ? {} : { rival }),
    rewards,
    interval: null,
    confirmed,
    metrics: metrics[0] ?? null,
    scores: estimatesOf(scores ?? []),
  };
}

/** The knee, by further trainings, where there are any: nothing was chosen by them. */
function kneeOf(front: NamedFront, confirmed: boolean, estimate: Estimate | null): Winner {
  const winner = winnerOnFront(front, front.knee, confirmed);
  if (estimate === null) return winner;
  const { rewards, interval } = estimate;
  return { ...winner, rewards, interval, scores: estimatesOf(front.confirmed) };
}

/** By each metric. @param all a vector of scores for each training. */
export function estimatesOf(all: readonly ScoreVector[]): readonly Estimate[] {
  return (all[0] ?? []).map((_, axis) => estimateOf(all.map((one) => one[axis] as number)));
}

/**
 * The loss file of what a search found. Holds nothing that differs between equal searches: no time, no place, no number
 * of workers.
 * @param folder where the file will lie.
 */
export async function foundLoss(
  run: Run,
  { environment, accepted, shares }: FoundIn,
  winner: Winner,
  folder: string,
  reference: GuardReference | undefined,
): Promise<LossFile> {
  const { config } = run;
  const names = (await run.searched).map(({ name }) => name);
  // A loss file is read from its own folder.
  const named = (use: PluginUse): PluginUse => usedFrom(use, run.context.baseDir, folder);
  const terms = (await run.space).decode(winner.theta, shares);
  const prior = await run.prior;
  const { engine, device, libraryVersion, data } = environment;
  return {
    terms: terms.map((term) => usedIn(term, named)),
    theta: winner.theta,
    reward: {
      metric: names.length === 1 ? (names[0] as string) : `mean of ${names.join(', ')}`,
      value: winner.rewards.reduce((sum, reward) => sum + reward, 0) / winner.rewards.length,
      rewards: winner.rewards,
      interval: winner.interval,
      confirmed: winner.confirmed,
      images: 'training images held out',
      ...(await overFolds(run, reference)),
      classes: (await run.dataset).classes,
      metrics: winner.metrics,
      ...(winner.scores === null ? {} : { scores: scoresByMetric(names, winner.scores) }),
    },
    found: {
      seed: config.seed,
      // Both from 1, as everywhere that people look.
      trial: winner.trial === null ? untried(winner) : winner.trial.number + 1,
      ...(winner.trial === null ? {} : { round: winner.trial.round + 1 }),
      searcher: config.searcher,
      ...spaceContent(config),
      ...(config.absent === 'search' ? { absent: config.absent } : {}),
      start: config.start,
      ...(prior.length === 0 ? {} : { prior: prior.map(priorContent) }),
      pruning: config.pruning as unknown as Json,
      guards: config.guards as unknown as Json,
      network: config.network,
      proxy: proxyContent(config.proxy),
      reevaluation: reevaluationContent(config.reevaluation),
      dataset: { name: (await run.dataset).name, fingerprint: data },
      environment: { engine, device, libraryVersion },
      // Another environment for the trials after so many.
      ...(accepted.length === 0 ? {} : { changedAfter: accepted.map(({ finished }) => finished) }),
    },
  };
}

function untried({ rival, scores }: Winner): string {
  if (rival === undefined) return 'recommended by the searcher';
  if (scores !== null) return `none: the hand-made loss ${rival}, tried beside the finalists`;
  return `none: the hand-made loss ${rival}, tried beside the finalists, was better than all that was found`;
}

/** A term whose plugins are named as another folder names them. */
function usedIn(term: LossFileTerm, named: (use: PluginUse) => PluginUse): LossFileTerm {
  if (!isCurvesTerm(term)) return { ...term, loss: named(term.loss) };
  const { metric, surrogate, constraints } = term;
  return { ...term, metric: named(metric), surrogate: named(surrogate), constraints: constraints.map(named) };
}

/** Of rewards that several folds gave: how many, and what a hand-made loss reaches on them. */
async function overFolds(
  { config, metric }: Run,
  reference: GuardReference | undefined,
): Promise<Record<string, Json>> {
  const { folds } = config.proxy.reward;
  if (folds === null || reference === undefined) return {};
  const { name } = await metric;
  const values = Array.from({ length: folds }, (_, fold) => reference[referenceName(1, fold)]?.[name] ?? 0);
  return { folds, reference: { loss: REFERENCE_LOSS, value: values.reduce((sum, value) => sum + value, 0) / folds } };
}

/** As it was before there were races, where there is none. */
function reevaluationContent({ race, ...fixed }: RunConfig['reevaluation']): Json {
  return race === null ? fixed : { ...fixed, race: { ...race } };
}

/** What was learned from: its name, and what was taken of it by its hash. */
function priorContent({ name, trials }: TakenPrior): Json {
  return { name, trials: trials.length, sha256: contentKey(JSON.parse(JSON.stringify(trials))) };
}

/** What a loss scores by each metric: the mean, its 95 % interval, and what they are of. */
export function scoresByMetric(names: readonly string[], scores: readonly Estimate[]): Readonly<Record<string, Json>> {
  return Object.fromEntries(
    scores.map(({ mean, interval, rewards }, index) => [
      names[index] ?? '',
      { value: mean, interval, values: rewards },
    ]),
  );
}

/** The error of a search in which no trial was complete. */
export function nothingFound(trials: readonly TrialRecord[]): AslError {
  const reasons = new Map<string, number>();
  for (const { outcome } of trials) {
    if (outcome?.status === 'failed') reasons.set(outcome.error, (reasons.get(outcome.error) ?? 0) + 1);
  }
  const all = [...reasons.keys()];
  return new AslError('ASL_SEARCH_FAILED', `none of ${trials.length} trials could be scored`, {
    expected: all.every(isNotFinite) ? 'a trial with a finite loss' : 'a trial that comes to its end',
    received: [...reasons].map(([reason, count]) => `${count} × ${reason}`).join('; ') || 'pruned trials only',
    // Where something else went wrong, another learning rate would change nothing.
    ...(all.every(isNotFinite)
      ? { remedy: 'begin a new search with a lower proxy.learningRate, or with the constraints that this one left out' }
      : {}),
  });
}
