import { join } from 'node:path';
import { AslError } from '@auto-seg-loss/kernel';
import type { ResumeOptions, SearchOptions, SearchResult } from '@auto-seg-loss/runtime';
import type { Command } from 'commander';
import { withCommonOptions } from '../common-options.ts';
import { folderPath, folderPaths } from '../parse-option.ts';
import { type TensorBoardOption, tensorBoardOf, withTensorBoard } from '../tensorboard.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { type ConfigOptions, readConfig, withConfigs } from '../with-config.ts';
import { type NamedPath, severalConfigs, severalRuns } from './several-configs.ts';
import { showPlan } from './show-plan.ts';
import { finishedSearchJson, finishedSearchText, watchSearch } from './watch-search.ts';

interface Options extends ConfigOptions, TensorBoardOption {
  readonly out?: string;
  readonly resume?: readonly string[];
  readonly acceptChange?: true;
  readonly dryRun?: true;
}

/** `asl search`. */
export function addSearchCommand(program: Command, terminal: Terminal): void {
  const command = program
    .command('search')
    .description('search the loss for a metric; writes loss.json and a report into a run folder');
  withConfigs(command)
    .option(
      '--out <folder>',
      'the run folder, new or empty (default: runs/<metric>-<number> beside the config); of several configs the folder for those of each',
      folderPath,
    )
    .option(
      '--resume <folder...>',
      'go on with the search of this run folder, or with several; with --set, for more rounds (searcher.rounds) or where its data are now (dataset.root)',
      folderPaths,
    )
    .option(
      '--accept-change',
      'with --resume: go on although data, plugins or engine are others than when it was begun',
    )
    .option(
      '--dry-run',
      'search nothing: check all that a search would, time a few iterations of its trainings, and say what it would do and cost',
    );
  withCommonOptions(withTensorBoard(command)).action(async (files: readonly string[], options: Options) => {
    const { resume } = options;
    if (resume !== undefined) refuseWithResume(files, options);
    else if (options.acceptChange === true) throw acceptsNothing();
    const several = resume === undefined ? await severalConfigs(files) : await severalRuns(resume);
    if (options.dryRun === true) {
      if (several !== undefined) throw plansOne(several);
      return showPlan(files[0], options, terminal);
    }
    if (several !== undefined) return searchThem(several, options, terminal);
    const board = await tensorBoardOf(options);
    const finished = await watchSearch(terminal, (watched) => searchOne(files[0], options, watched, terminal), board);
    terminal.result(finishedSearchJson(finished), () => finishedSearchText(finished, terminal));
    const { failure } = finished.result;
    if (failure !== undefined) terminal.outcome = terminal.fail(failure, failure);
  });
}

async function searchOne(
  file: string | undefined,
  options: Options,
  watched: Pick<SearchOptions, 'signal' | 'onEvent'>,
  terminal: Terminal,
): Promise<SearchResult> {
  const { out, resume, engine } = options;
  const { resumeSearch, search } = await import('@auto-seg-loss/runtime');
  if (resume?.[0] !== undefined) return resumeSearch(resume[0], { ...watched, ...resuming(options) });
  const loaded = await readConfig(file, options, terminal);
  return search(loaded, { ...watched, engine, ...(out === undefined ? {} : { out }) });
}

async function searchThem(several: readonly NamedPath[], options: Options, terminal: Terminal): Promise<void> {
  const { watchSeveral } = await import('./watch-several.ts');
  const board = await tensorBoardOf(options);
  const { out, engine, workers, resume } = options;
  if (resume !== undefined) {
    const runs = several.map(({ name, path }) => ({ name, resume: path }));
    return watchSeveral(terminal, runs, resuming(options), board);
  }
  const configs = several.map(({ name, path }) => ({
    name,
    load: () => readConfig(path, options, { ...terminal, log: (line) => terminal.log(`[${name}] ${line}`) }),
    ...(out === undefined ? {} : { out: join(out, name) }),
  }));
  return watchSeveral(terminal, configs, { engine, ...(workers === undefined ? {} : { workers }) }, board);
}

/** What of the command line applies to runs that go on. */
function resuming({ engine, workers, set, acceptChange, allowCode }: Options): Omit<ResumeOptions, 'onEvent'> {
  return {
    ...(engine === 'auto' ? {} : { engine }),
    ...(workers === undefined ? {} : { workers }),
    ...(set === undefined ? {} : { set }),
    ...(acceptChange === true ? { acceptChange: true } : {}),
    ...(allowCode === true ? { allowCode: true } : {}),
  };
}

/** A run keeps its config and its folder. What `--set` may change, the run says itself. */
function refuseWithResume([file]: readonly string[], { out, dryRun }: Options): void {
  if (dryRun === true) throw resumesNothing();
  const received = file ?? (out === undefined ? undefined : `--out ${out}`);
  if (received === undefined) return;
  throw new AslError('ASL_USAGE', 'a search that goes on keeps its config and its folder', {
    where: 'asl search --resume',
    expected: 'neither a config nor --out; --set for more rounds, or for where its data are now',
    received,
    remedy: 'leave it out, or begin a new search without --resume',
  });
}

/** What a run that was begun has left is known without trying. */
function resumesNothing(): AslError {
  return new AslError('ASL_USAGE', 'a dry run is of a search that is not begun', {
    where: 'asl search --dry-run --resume',
    expected: 'one of the two',
    received: 'both',
    remedy: 'asl status RUN says how a run stands and how much time is left',
  });
}

function plansOne(several: readonly NamedPath[]): AslError {
  return new AslError('ASL_USAGE', 'a dry run is of one search', {
    where: 'asl search --dry-run',
    expected: 'one config',
    received: `${several.length} configs: ${several.map(({ name }) => name).join(', ')}`,
    remedy: 'run it with each of them; together they take as long as one after another at most',
  });
}

function acceptsNothing(): AslError {
  return new AslError('ASL_USAGE', 'a new search has nothing that could have changed', {
    where: 'asl search --accept-change',
    expected: '--accept-change beside --resume',
    remedy: 'leave it out, or say which run goes on: --resume <folder>',
  });
}
