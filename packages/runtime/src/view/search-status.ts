import { stat } from 'node:fs/promises';
import {
  bestTrial,
  candidateScores,
  estimateOf,
  type FinishedTrial,
  isFinished,
  meanScores,
  type RaceOptions,
  rewardOf,
  type TrialRecord,
  TrialStore,
  trialFront,
} from '@auto-seg-loss/study';
import type { KnownRecord } from '../live/read-live.ts';
import { runFolder } from '../run-folder/layout.ts';
import { finalistsOf } from './finalists.ts';
import type { FolderStatus } from './run-status.ts';
import { metricNames, numberOf, subjectOf } from './stored-fields.ts';
import { timeLeft } from './time-left.ts';

/** How far a search has come. Rounds and trials are counted from 1. */
export interface SearchProgress {
  readonly kind: 'search';
  /** Of the searcher: at their end, and all; null where that is not known. */
  readonly rounds: { readonly done: number; readonly planned: number | null };
  readonly trials: {
    readonly planned: number | null;
    /** With an outcome: all, and of each sort. */
    readonly finished: number;
    readonly complete: number;
    readonly pruned: number;
    readonly failed: number;
    /** Without one, in a round that was begun. */
    readonly pending: number;
  };
  /** New trainings of the best, to name one of them and to say what it is worth: done, and all, at the most. */
  readonly again: { readonly done: number; readonly planned: number | null };
  readonly best: SearchBest | null;
  /** Of a search for several metrics, the losses that would be named by what is known now; null of another. */
  readonly front: SearchFront | null;
}

/** A front as it is known now. Scores are in [0, 1]. */
export interface SearchFront {
  readonly metrics: readonly string[];
  /** From the best by the first metric to the worst by it. Trials and rounds are counted from 1; null for a point that no trial was of. */
  readonly losses: readonly {
    readonly trial: number | null;
    readonly round: number | null;
    readonly scores: readonly number[];
  }[];
  /** Which of them is the knee, from 1. */
  readonly knee: number;
  readonly hypervolume: number;
  /** Whether its scores are means of new trainings; else each is what its trial was chosen by, and too good to be true. */
  readonly again: boolean;
}

/** What would be named by what is known now. Rewards are in [0, 1]. */
export interface SearchBest {
  /** null for a point that the searcher recommended, and for a rival. */
  readonly trial: number | null;
  /** The name of the hand-made loss that it is, which was tried beside the best; null for what the search found. */
  readonly rival: string | null;
  readonly round: number | null;
  readonly reward: number;
  /** The 95 % interval of its mean over new trainings; null where it was not tried again often enough. */
  readonly interval: readonly [low: number, high: number] | null;
  /**
   * What the reward is of: `chosen`: the trial itself, the best of many and too good to be true; `repeats`: new trainings, by which
   * it was chosen among few; `new`: further ones, which nothing was chosen by.
   */
  readonly from: 'chosen' | 'repeats' | 'new';
  readonly trainings: number;
}

const HOUR_MS = 3_600_000;

/** @param live what the search says of itself. @throws AslError ASL_STATE_CORRUPT for a damaged store. */
export async function searchProgress(folder: string, live: KnownRecord | undefined): Promise<FolderStatus> {
  const files = runFolder(folder);
  const store = TrialStore.read(folder);
  try {
    const { config } = store.meta.config as { readonly config?: unknown };
    const trials = store.trials();
    const loss = await stat(files.loss).catch(() => undefined);
    const done = store.lastSnapshot()?.round ?? 0;
    const plan = live?.record.plan;
    const planned = plan?.rounds ?? numberOf(config, 'searcher', 'rounds') ?? (loss === undefined ? null : done);
    const rounds = planned ?? Number.POSITIVE_INFINITY;
    const tried = reevaluationOf(config);
    const searched = trials.filter(({ round }) => round < rounds);
    const again = trials.filter(({ round }) => round >= rounds);
    const pending = trials.filter((trial) => !isFinished(trial));
    const planForAgain = plan === undefined ? null : plan.again + plan.confirm;
    const isNamed = loss !== undefined && pending.length === 0 && done >= (planned ?? 0);
    // What was under way when its process was killed may have been the end of it.
    const live$ = await stat(files.live).catch(() => undefined);
    const complete = isNamed && (live$ === undefined || live$.mtimeMs <= loss.mtimeMs);
    const counts = (status: string): number => searched.filter(({ outcome }) => outcome?.status === status).length;
    const finished = searched.filter(isFinished).length;
    const trainings = complete ? searched.length : (plan?.trainings ?? plannedBy(config, planned));
    return {
      complete,
      metric: plan === undefined ? metricNames(config).join(' and ') || 'not known' : (live?.record.metric ?? ''),
      of: subjectOf(config),
      coreHours: trials.reduce((sum, { ms }) => sum + (ms ?? 0), 0) / HOUR_MS,
      secondsLeft: leftOf(
        { searched, again },
        {
          searched: trainings,
          again: complete ? again.length : planForAgain,
        },
        live,
        numberOf(config, 'workers') ?? 1,
      ),
      progress: {
        kind: 'search',
        rounds: { done: Math.min(done, rounds), planned },
        trials: {
          planned: trainings,
          finished,
          complete: counts('complete'),
          pruned: counts('pruned'),
          failed: counts('failed'),
          pending: searched.length - finished,
        },
        again: {
          done: again.filter(isFinished).length,
          planned: complete ? again.length : planForAgain,
        },
        best: bestOf(trials, rounds, tried, rivalNames(config)),
        front: frontNow(trials, rounds, tried, metricNames(config)),
      },
    };
  } finally {
    store.close();
  }
}

/** As far as it says in which rounds the best were tried again. */
function reevaluationOf(config: unknown): Parameters<typeof finalistsOf>[2] {
  const { race } = (config as { readonly reevaluation?: { readonly race?: RaceOptions | null } }).reevaluation ?? {};
  const candidates = numberOf(config, 'reevaluation', 'candidates') ?? 0;
  const repeats = numberOf(config, 'reevaluation', 'repeats') ?? 0;
  return { candidates, repeats, ...(race == null ? {} : { race }) };
}

/** Of a searcher whose rounds are equal; null of another. */
function plannedBy(config: unknown, rounds: number | null): number | null {
  const samples = numberOf(config, 'searcher', 'samples');
  return rounds === null || samples === null ? null : rounds * samples;
}

function leftOf(
  { searched, again }: { readonly searched: readonly TrialRecord[]; readonly again: readonly TrialRecord[] },
  planned: { readonly searched: number | null; readonly again: number | null },
  live: KnownRecord | undefined,
  workers: number,
): number | null {
  if (planned.searched === null) return null;
  const sort = (trials: readonly TrialRecord[], all: number) => {
    const ended = trials.filter((trial) => isFinished(trial));
    // A copy of an equal trial was not trained.
    return { took: ended.flatMap(({ ms }) => (ms === null ? [] : [ms])), left: Math.max(0, all - ended.length) };
  };
  const waiting = [...searched, ...again].filter((trial) => !isFinished(trial)).map(({ ms }) => ms ?? 0);
  const now = live?.state === 'running' ? live.record.doing.filter(({ worker }) => worker !== null) : [];
  const under = now.map(({ since }) => Math.max(0, Date.now() - Date.parse(since)));
  const sorts = [sort(searched, planned.searched), sort(again, planned.again ?? again.length)];
  return timeLeft(sorts, [...waiting, ...under], live?.record.workers ?? workers);
}

/** Of the hand-made losses that a search's space holds, in their order; no code is run to know them. */
function rivalNames(config: unknown): readonly string[] {
  const { mix, searchSpace } = (config ?? {}) as { readonly mix?: unknown; readonly searchSpace?: unknown };
  const all: readonly unknown[] = [searchSpace ?? [], Array.isArray(mix) ? mix : []].flat();
  return all.map((each) => (each as { readonly use?: unknown }).use).filter((use) => typeof use === 'string');
}

/** @param rivals those that were tried after all others. */
function bestOf(
  trials: readonly TrialRecord[],
  rounds: number,
  reevaluation: Parameters<typeof finalistsOf>[2],
  rivals: readonly string[],
): SearchBest | null {
  const { candidates, confirmed } = finalistsOf(trials, rounds, reevaluation);
  const [first] = candidates;
  if (first !== undefined) {
    const isNew = confirmed.length > 0;
    const of = isNew ? confirmed : first.repeats;
    const { mean, interval } = estimateOf(of.map(({ outcome }) => rewardOf(outcome)));
    const place = first.index - (candidates.length - rivals.length);
    const rival = first.trial === null ? (rivals[place] ?? null) : null;
    return {
      ...placeOf(first.trial),
      rival,
      reward: mean,
      interval,
      from: isNew ? 'new' : 'repeats',
      trainings: of.length,
    };
  }
  const best = bestTrial(trials.filter(({ round }) => round < rounds));
  if (best === null) return null;
  return {
    ...placeOf(best),
    rival: null,
    reward: rewardOf(best.outcome),
    interval: null,
    from: 'chosen',
    trainings: 1,
  };
}

function frontNow(
  trials: readonly TrialRecord[],
  rounds: number,
  tried: Parameters<typeof finalistsOf>[2],
  metrics: readonly string[],
): SearchFront | null {
  const { front: named } = finalistsOf(trials, rounds, tried);
  const front = named ?? trialFront(trials.filter(({ round, outcome }) => round < rounds && outcome !== null));
  if (front === null) return null;
  const losses = front.points.map((point) =>
    'mean' in point
      ? { ...placeOf(point.trial), scores: meanScores(point.scores ?? []) }
      : { ...placeOf(point), scores: candidateScores(point) ?? [] },
  );
  return { metrics, losses, knee: front.knee + 1, hypervolume: front.hypervolume, again: named !== null };
}

function placeOf(trial: FinishedTrial | null): Pick<SearchBest, 'trial' | 'round'> {
  return trial === null ? { trial: null, round: null } : { trial: trial.number + 1, round: trial.round + 1 };
}
