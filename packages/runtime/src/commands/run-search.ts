import { rm } from 'node:fs/promises';
import { foldersOf } from '@auto-seg-loss/plugin-host';
import {
  isFinished,
  plannedTrials,
  runStudy,
  type StudyResult,
  type TrialContent,
  type TrialStore,
} from '@auto-seg-loss/study';
import type { Run } from '../container/assemble-run.ts';
import { referenceTrainings } from '../jobs/reference-iterations.ts';
import { workerProcesses } from '../jobs/worker-pool.ts';
import { LiveSearch } from '../live/live-search.ts';
import { priorNotes } from '../prior/prior-notes.ts';
import { type ChosenEngine, type Environment, weightsNotes } from '../run-folder/environment.ts';
import { pausedFiles, type RunFolder, removeEnded, removeLeftovers, removePaused } from '../run-folder/layout.ts';
import { readReference } from '../run-folder/read-reference.ts';
import { makeFolder } from '../run-folder/write-file.ts';
import { writeLossFile } from '../run-folder/write-loss-file.ts';
import { writeFront } from './found-front.ts';
import { foundLoss, nothingFound, winnerOf } from './found-loss.ts';
import { noSignal } from './no-signal.ts';
import type { SearchOptions, SearchResult } from './search.ts';
import type { ResumedSearch, SearchEvent } from './search-events.ts';
import { isForeignRun } from './stored-run.ts';
import { trialExecutor } from './trial-executor.ts';

/** A search whose run folder and store are open. */
export interface OpenSearch {
  readonly run: Run;
  readonly folder: RunFolder;
  readonly engine: ChosenEngine;
  readonly environment: Environment;
  /** Of the run, wherever its folder lies. */
  readonly id: string;
  /** What its trials are known by. */
  readonly content: TrialContent;
  readonly store: TrialStore;
  /** What an earlier process left; null for a new run. */
  readonly resumed: ResumedSearch | null;
  readonly options: SearchOptions;
}

/** Runs what is missing of a search, and writes its loss; says in its folder what it is doing. @throws AslError as `search`. */
export async function runSearch(open: OpenSearch): Promise<SearchResult> {
  const live = new LiveSearch((await open.run.searcher).rounds);
  try {
    const result = await runWatched(open, live);
    if (result.status === 'interrupted') live.stopped();
    else if (result.failure !== undefined) live.failed(result.failure);
    else live.finished();
    return result;
  } catch (error) {
    live.failed(error);
    throw error;
  }
}

async function runWatched(open: OpenSearch, live: LiveSearch): Promise<SearchResult> {
  const { run, folder, engine, store, resumed, options } = open;
  const { config } = run;
  const warnings: string[] = [];
  const emit = (event: SearchEvent): void => {
    if (event.type === 'warning') warnings.push(event.message);
    live.hear(event);
    options.onEvent?.(event);
  };
  const metrics = (await run.searched).map(({ name }) => name);
  const metric = metrics.join(' and ');
  const { coordinates, rivals } = await run.space;
  emit({
    type: 'run-opened',
    folder: folder.folder,
    resumed,
    workers: config.workers,
    executor: config.executor.use,
    engine,
    weights: await weightsNotes(run),
    metric,
    metrics,
    coordinates,
  });
  const notes = priorNotes(await run.prior, await run.searcher);
  if (notes.length > 0) emit({ type: 'prior-taken', notes });
  const { proxy, pruning, reevaluation } = config;
  emit({
    type: 'trainings-planned',
    warmStart: (proxy.reward.folds ?? 1) * (proxy.warmStart?.iterations ?? 0),
    folds: proxy.reward.folds,
    reference: referenceTrainings(config),
    ...plannedTrials(await run.searcher, reevaluation, rivals.length, metrics.length > 1),
    iterations: proxy.iterations,
    pruned: pruning !== null,
  });
  const result = await runTrials(open, emit, live);
  const base = {
    folder: folder.folder,
    ...foldersOf(run.context),
    needsAllowCode: await isForeignRun(run, folder.folder),
    config,
    metric,
    metrics,
    best: result.best,
    finalists: result.finalists,
    estimate: result.estimate,
    trials: result.trials,
    comparable: (await run.dataset).val.ids.length > 0,
    classes: (await run.dataset).classes,
    warnings,
  };
  const nothing = { ...base, found: undefined, front: undefined, failure: undefined };
  if (result.status === 'interrupted') return { ...nothing, status: 'interrupted' };
  await removePaused(folder.paused);
  // A worker that outlived its search for a moment may have been killed after this one began.
  await removeLeftovers(folder);
  if (result.best === null) throw nothingFound(store.trials());
  if (result.signal === 'none')
    return { ...nothing, status: 'complete', failure: await noSignal(run, result.trials, base) };
  if (result.signal === 'unknown') emit({ type: 'warning', message: SINGLE });
  for (const [index, signal] of result.signals.entries())
    if (signal === 'none') emit({ type: 'warning', message: silentBy(metrics[index] ?? '') });
  const winner = winnerOf(result.best, result);
  const known = { environment: open.environment, accepted: store.accepted(), shares: result.shares };
  const reference = await readReference(folder.reference);
  const front = await writeFront(run, known, result, folder, reference);
  const loss = await foundLoss(run, known, winner, folder.folder, reference);
  await writeLossFile(folder.loss, loss);
  return { ...nothing, status: 'complete', found: { loss, path: folder.loss, winner }, front };
}

const SINGLE =
  'a single loss was scored: whether others would do better or worse, or the proxy task tells losses apart at all, is not known';

function silentBy(metric: string): string {
  return `no signal by ${metric}: all losses of a round had the same score by it, so that the front is one by the other metrics alone`;
}

async function runTrials(
  open: OpenSearch,
  emit: (event: SearchEvent) => void,
  live: LiveSearch,
): Promise<StudyResult & { readonly shares: readonly number[] | undefined }> {
  const { run, folder, engine, environment, id, content, store, options } = open;
  const { signal = new AbortController().signal, makeExecutor = workerProcesses } = options;
  const { config } = run;
  await makeFolder(folder.paused);
  await removeEnded(folder.paused, new Set(store.trials().flatMap((trial) => (isFinished(trial) ? [] : [trial.key]))));
  let ready: Awaited<ReturnType<typeof trialExecutor>>;
  try {
    const { paused } = folder;
    const trials = { run, folder, engine, environment, paused, id, content };
    ready = await trialExecutor({ ...trials, makeExecutor, emit, signal });
  } catch (error) {
    if (!(signal.aborted && error === signal.reason)) throw error;
    return {
      status: 'interrupted',
      best: null,
      finalists: [],
      estimate: null,
      front: null,
      trials: store.trials(),
      signal: 'unknown',
      signals: [],
      shares: undefined,
    };
  }
  const { executor, shares } = ready;
  const removing: Promise<void>[] = [];
  try {
    const { rivals } = await run.space;
    const result = await runStudy({
      searcher: await run.searcher,
      store,
      executor: live.watch(executor),
      content,
      reevaluation: config.reevaluation,
      rivals,
      pruning: config.pruning,
      several: config.metrics !== null,
      signal,
      onEvent: (event) => {
        emit(event);
        // What a pruned trial left waits for nothing any more.
        if (event.type === 'trial-finished') removing.push(removeState(folder, event.trial.key));
      },
    });
    return { ...result, shares };
  } finally {
    await executor.close();
    await Promise.all(removing);
  }
}

async function removeState({ paused }: RunFolder, key: string): Promise<void> {
  // A folder that cannot be written shows where something is written; an old state left in it does no harm.
  for (const file of pausedFiles(paused, key)) await rm(file, { force: true }).catch(() => {});
}
