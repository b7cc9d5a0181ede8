import type { Json, Proposal, Searcher, TrialReport } from '@auto-seg-loss/kernel';
import { beginRound, type TrialContent } from './begin-round.ts';
import type { Estimate } from './estimate.ts';
import type { Executor } from './executor.ts';
import { candidateScores } from './pareto/front.ts';
import { plannedTrials } from './planned-trials.ts';
import { Progress } from './progress.ts';
import type { PruningOptions } from './pruning.ts';
import {
  type Finalist,
  type NamedFront,
  type Reevaluation,
  type ReevaluationOptions,
  type RivalPoint,
  reevaluate,
  untriedFront,
} from './reevaluate.ts';
import { type RewardSignal, rewardSignal } from './reward-signal.ts';
import { runRound } from './run-round.ts';
import type { StudyEvent } from './study-events.ts';
import { tellRound } from './tell-round.ts';
import { bestTrial, type FinishedTrial, isFinished, type TrialRecord } from './trial.ts';
import type { TrialStore } from './trial-store.ts';

export interface StudyOptions {
  /** As made by its factory; a resumed run restores it from the store. */
  readonly searcher: Searcher;
  readonly store: TrialStore;
  /** Not closed at the end. */
  readonly executor: Executor;
  /** Without it: θ and the round. */
  readonly content?: TrialContent;
  /** Without it, or with no repeats, the trial with the highest reward is the best, unconfirmed. */
  readonly reevaluation?: ReevaluationOptions;
  /** Whether trials are scored by several metrics: the search is then for a front. Default false. */
  readonly several?: boolean;
  /** Points that are tried again beside the best, where they are. */
  readonly rivals?: readonly RivalPoint[];
  /** Without it, every trial is trained to its end. */
  readonly pruning?: PruningOptions | null;
  readonly onEvent?: (event: StudyEvent) => void;
  /** Ends the search early: nothing new is begun, running trials are given up, finished ones are kept. */
  readonly signal?: AbortSignal;
  /** Milliseconds of a clock that never jumps. */
  readonly now?: () => number;
}

export interface StudyResult {
  readonly status: 'complete' | 'interrupted';
  /** The complete trial with the highest reward, of equal ones the first; null if none is complete. */
  readonly best: FinishedTrial | null;
  /** What was tried again, the best first, as `Reevaluation` orders them; empty without a reevaluation, or where no trial is complete. */
  readonly finalists: readonly Finalist[];
  /** What the first finalist is worth, from trials that nothing was chosen by. */
  readonly estimate: Estimate | null;
  /** Of a search for several metrics: the losses that it names; null of another, and where no trial is complete. */
  readonly front: NamedFront | null;
  /** The searcher's trials that were begun, by number; not those of the reevaluation. */
  readonly trials: readonly TrialRecord[];
  /** Where there is none, nothing was tried again. */
  readonly signal: RewardSignal;
  /** The same by each of several metrics; empty of one. */
  readonly signals: readonly RewardSignal[];
}

/**
 * Runs a search to its end, or goes on with one that was interrupted: restores the searcher as it was before the round that
 * was under way, asks again, and runs what is missing. The searcher is told a round's results in the order of its
 * proposals, so the same seed gives the same trials with any number of workers, however often the process was killed.
 * (A searcher that prunes sees reports in the order they come in.)
 *
 * @throws AslError ASL_RUN_CHANGED or ASL_PLUGIN_INVALID as `beginRound`; what the executor throws
 * where no trial can be run; ASL_RUN_FOLDER if the store can no longer be written. All finished trials are kept.
 */
export async function runStudy(options: StudyOptions): Promise<StudyResult> {
  const { searcher, store, executor, signal = new AbortController().signal } = options;
  const emit = options.onEvent ?? (() => {});
  const content: TrialContent = options.content ?? defaultContent;
  const now = options.now ?? (() => performance.now());
  const first = goOn(searcher, store);
  const { rivals = [], several = false } = options;
  const planned = plannedTrials(searcher, options.reevaluation, rivals.length, several);
  const again = planned.again + planned.confirm;
  const total = planned.searched;
  const earlier = store.trials().filter(isFinished);
  const progress = new Progress(total + again, executor, earlier, searcher.rounds);
  const shared = { store, executor, content, progress, emit, signal, now };
  const nothing: Reevaluation = { finalists: [], estimate: null, front: null };
  const interrupted = (): StudyResult => resultOf('interrupted', searcher, store, nothing);
  emit({ type: 'study-started', rounds: searcher.rounds, trials: total, again, finished: progress.finished, earlier });

  for (let round = first; round < searcher.rounds; round++) {
    if (signal.aborted) return interrupted();
    const trials = beginRound(searcher, store, round, content);
    emit({ type: 'round-started', round, trials: trials.length, finished: trials.filter(isFinished).length });
    const report = (one: TrialReport): 'continue' | 'stop' => searcher.report?.(one) ?? 'continue';
    if (!(await runRound({ ...shared, trials, report, pruning: options.pruning ?? null }))) return interrupted();
    const sofar = store.trials().filter((trial) => trial.round <= round);
    tellRound(searcher, sofar.filter(isFinished), round);
    store.saveSnapshot(round + 1, searcher.snapshot());
    emit({ type: 'round-finished', round, best: progress.best, front: progress.front });
  }
  const found = resultOf('complete', searcher, store, nothing);
  if (again === 0 || found.best === null || found.signal === 'none') return found;
  const settings = options.reevaluation ?? { candidates: 0, repeats: 0, confirm: 0 };
  const reevaluation = await reevaluate(searcher, settings, rivals, { ...shared, report: () => 'continue' });
  return reevaluation === undefined ? interrupted() : resultOf('complete', searcher, store, reevaluation);
}

/** θ, how it descends if it does, and the round. */
function defaultContent({ theta, descent }: Proposal, round: number): Json {
  return { theta, round, ...(descent === undefined ? {} : { descent: { ...descent } }) };
}

/** Puts the searcher where the store says it was. @returns the round to run next. */
function goOn(searcher: Searcher, store: TrialStore): number {
  const last = store.lastSnapshot();
  if (last === null) {
    store.saveSnapshot(0, searcher.snapshot());
    return 0;
  }
  searcher.restore(last.state);
  return last.round;
}

function resultOf(
  status: StudyResult['status'],
  searcher: Searcher,
  store: TrialStore,
  reevaluation: Reevaluation,
): StudyResult {
  const trials = store.trials().filter(({ round }) => round < searcher.rounds);
  const rungs = store.rungs();
  const metrics = trials.map(candidateScores).find((scores) => scores !== null)?.length ?? 0;
  const all = Array.from({ length: metrics }, (_, axis) => axis);
  const signals = status === 'complete' ? all.map((axis) => rewardSignal(trials, rungs, axis)) : [];
  const [first, ...others] = new Set(signals);
  const ofScores = first === undefined || others.length === 0 ? first : 'some';
  const signal = status === 'complete' ? (ofScores ?? rewardSignal(trials, rungs)) : 'unknown';
  const front = reevaluation.front ?? (status === 'complete' ? untriedFront(trials) : null);
  return { status, best: bestTrial(trials), ...reevaluation, front, trials, signal, signals };
}
