import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { isPath, namedPlugins } from '@auto-seg-loss/config';
import {
  type AcceptedSearch,
  AslError,
  contentKey,
  type Executor,
  isAslError,
  type OfferedSearch,
  type Problem,
} from '@auto-seg-loss/kernel';
import { pluginContext } from '@auto-seg-loss/plugin-host';
import { WorkerExecutor } from '@auto-seg-loss/study';
import { assembleRun, type Run } from '../container/assemble-run.ts';
import { type Build, buildOf, OURS } from '../run-folder/build.ts';
import { changesBetween, chooseEngine, environmentOf, toldAlike } from '../run-folder/environment.ts';
import { pausedFiles } from '../run-folder/layout.ts';
import { readSharedSearch, type SharedSearch, warmStartPaths } from './shared-search.ts';
import type { WorkerInit } from './worker-init.ts';
import { WORKER_MODULE } from './worker-pool.ts';

/** How a machine works for the searches of others. */
export interface Acceptance {
  /** The root of its data, in place of the search's. */
  readonly data?: string;
  /** Runs code that a search names by its path. */
  readonly allowCode: boolean;
  /** Where plugins are found from, and where relative paths start whose folder this machine does not have. */
  readonly cwd: string;
  /** The file that keeps what the processes print. */
  readonly log?: string;
}

type Placed = Pick<SharedSearch, 'config' | 'baseDir'>;

/**
 * Makes sure that this machine computes what the search's own machine does: the same data, plugins, engine and code.
 * @throws AslError ASL_WORKER_MISMATCH naming all that differs; ASL_NOT_TRUSTED for a search that names code by its path; what
 *   putting the run together throws, such as ASL_DATA_MISSING.
 */
export async function acceptSearch(offer: OfferedSearch, acceptance: Acceptance): Promise<AcceptedSearch> {
  const search = readSharedSearch(offer.search);
  if (search === undefined) throw otherVersion(offer);
  const placed = placedHere(search, acceptance);
  refusePaths(placed.config, offer, acceptance);
  const named = (error: unknown): unknown => withPlace(error, search, offer, acceptance);
  const run = await proven(placed, search, offer, acceptance).catch((error: unknown) => {
    throw named(error);
  });
  const init: WorkerInit = {
    job: 'trial',
    config: run.config,
    context: run.context,
    engine: search.environment.engine,
    warmStart: warmStartPaths(offer.files, run.config.proxy.reward.folds, join(offer.paused, 'no-warm-start')),
    paused: offer.paused,
    firstRound: search.firstRound,
    twins: search.twins,
    ...(search.shares === undefined ? {} : { shares: search.shares }),
    reference: search.reference,
  };
  return {
    process: () => {
      const log = acceptance.log === undefined ? {} : { logFile: resolve(acceptance.cwd, acceptance.log) };
      const options = { module: WORKER_MODULE, initData: init, workers: 1, retries: false, ...log };
      return naming(new WorkerExecutor(options), named);
    },
    pausedFile: (key) => pausedFiles(offer.paused, key)[0] ?? '',
    dispose: async () => {},
  };
}

/** The search as it is put together on this machine, and disposed of. */
async function proven(
  { config, baseDir }: Placed,
  search: SharedSearch,
  offer: OfferedSearch,
  { cwd, allowCode }: Acceptance,
): Promise<Run> {
  const run = await assembleRun(config, pluginContext(baseDir, { allowCode, packagesFrom: cwd }));
  try {
    await prove(run, search, offer);
    return run;
  } finally {
    await run.dispose();
  }
}

/** An executor whose errors say which search they are of. */
function naming(executor: Executor, named: (error: unknown) => unknown): Executor {
  return {
    concurrency: executor.concurrency,
    run: (task, hooks, signal) =>
      executor.run(task, hooks, signal).catch((error: unknown) => {
        // What a plugin throws is told by the search, which knows itself.
        throw isAslError(error) && error.code === 'ASL_PLUGIN_FAILED' ? error : named(error);
      }),
    close: () => executor.close(),
  };
}

/** Data that are made have no root, and `--data` says nothing of them. */
function hasRoot({ config }: SharedSearch): boolean {
  return typeof config.dataset.root === 'string';
}

/** The config with this machine's data, and where its other paths start. */
function placedHere(search: SharedSearch, { data, cwd }: Acceptance): Placed {
  const { config, baseDir } = search;
  const home = existsSync(baseDir) ? baseDir : cwd;
  if (data === undefined || !hasRoot(search)) return { config, baseDir: home };
  return { config: { ...config, dataset: { ...config.dataset, root: resolve(cwd, data) } }, baseDir: home };
}

/** A search comes from anybody who can reach the queue: paths in it run code here only where the user says so. */
function refusePaths(config: object, { name }: OfferedSearch, { allowCode }: Acceptance): void {
  const paths = namedPlugins(config, name).filter(({ use }) => isPath(use));
  if (allowCode || paths.length === 0) return;
  throw new AslError('ASL_NOT_TRUSTED', 'a search of another machine names code by its path, which would be run here', {
    where: name,
    problems: paths.map(({ use, where }) => ({ where, expected: 'an installed package', received: `"${use}"` })),
    remedy: 'if you trust whoever searches, start the worker with --allow-code; installed packages need no flag',
  });
}

/** An error about a search that somebody else made: which one it is, and what this worker was told of its data. */
function withPlace(error: unknown, search: SharedSearch, { name }: OfferedSearch, { data }: Acceptance): unknown {
  if (!isAslError(error)) return error;
  const { code, message, details } = error;
  const from = data === undefined || !hasRoot(search) ? [] : [`--data ${data}`];
  const parts = [...(details.where === undefined ? [] : [details.where]), ...from];
  const where = details.where === name ? name : [...parts, `the search ${name}`].join(', ');
  if (code !== 'ASL_DATA_MISSING') return new AslError(code, message, { ...details, where });
  const bring = 'bring the data to this machine';
  const remedy = hasRoot(search) ? `${bring}, and say where they are: asl worker --data FOLDER` : bring;
  return new AslError(code, message, { ...details, where, remedy });
}

async function prove(run: Run, search: SharedSearch, { name }: OfferedSearch): Promise<void> {
  const { environment: before } = search;
  const engine = chooseEngine(before.engine);
  const builds = differing(search.build, buildOf(search.environment.engine));
  // Reading all of the data takes time that another build makes useless.
  const problems =
    builds.length > 0 ? builds : changesBetween(before, toldAlike(before, await environmentOf(run, engine)));
  if (problems.length === 0) return;
  throw new AslError('ASL_WORKER_MISMATCH', 'this machine would compute something else than the search does', {
    where: name,
    problems,
    remedy: remedyFor(problems, hasRoot(search)),
  });
}

/** Of more packages the first are named. */
const MOST_NAMED = 5;

function differing(expected: Build, found: Build): readonly Problem[] {
  const names = [...new Set([...Object.keys(expected), ...Object.keys(found)])].filter(
    (name) => expected[name] !== found[name],
  );
  const ours = names.filter((name) => name.startsWith(OURS));
  const others = names.filter((name) => !ours.includes(name));
  const buildOfAll = (build: Build): string => `build ${contentKey(build).slice(0, 12)}`;
  const named = [
    ...ours.slice(0, MOST_NAMED).map((name) => name.slice(OURS.length)),
    ...(ours.length > MOST_NAMED ? [`${ours.length - MOST_NAMED} more`] : []),
  ].join(', ');
  return [
    ...(ours.length === 0
      ? []
      : [{ where: 'this program', expected: buildOfAll(expected), received: `${buildOfAll(found)}: ${named} differ` }]),
    ...others.map((where) => ({
      where,
      expected: expected[where] ?? 'nothing',
      received: found[where] ?? 'nothing',
    })),
  ];
}

function remedyFor(problems: readonly Problem[], mayMove: boolean): string {
  const places = problems.map(({ where }) => where);
  if (places.includes('instructions') && places.length === 1)
    return 'begin the search with --engine wasm, which computes alike on all processors, or work on a machine with the same ones';
  if (mayMove && places.every((where) => where === 'data'))
    return 'say where the same data lie on this machine with --data, or copy them from the machine that searches';
  return 'install here what the machine that searches has, from the same build';
}

function otherVersion({ name }: OfferedSearch): AslError {
  return new AslError('ASL_WORKER_MISMATCH', 'the search is described in a way that this version does not know', {
    where: name,
    expected: 'a search of the same version',
    received: 'another format',
    remedy: 'install here the version that the machine has which searches',
  });
}
