import { AslError } from '@auto-seg-loss/kernel';
import type { Command } from 'commander';
import { withCommonOptions } from '../common-options.ts';
import { folderPath } from '../parse-option.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { type ConfigOptions, readConfig, withConfig } from '../with-config.ts';
import { finishedSearchJson, finishedSearchText, watchSearch } from './watch-search.ts';

interface Options extends ConfigOptions {
  readonly out?: string;
  readonly resume?: string;
  readonly acceptChange?: true;
}

/** `asl search`. */
export function addSearchCommand(program: Command, terminal: Terminal): void {
  const command = program
    .command('search')
    .description('search the loss for a metric; writes loss.json and a report into a run folder');
  withConfig(command)
    .option(
      '--out <folder>',
      'the run folder, new or empty (default: runs/<metric>-<number> beside the config)',
      folderPath,
    )
    .option(
      '--resume <folder>',
      'go on with the search of this run folder; with --set, for more rounds (searcher.rounds) or where its data are now (dataset.root)',
      folderPath,
    )
    .option(
      '--accept-change',
      'with --resume: go on although data, plugins or engine are others than when it was begun',
    );
  withCommonOptions(command).action(async (file: string | undefined, options: Options) => {
    const { out, resume, engine, workers, set } = options;
    if (resume !== undefined) refuseWithResume(file, options);
    else if (options.acceptChange === true) throw acceptsNothing();
    const { resumeSearch, search } = await import('@auto-seg-loss/runtime');
    const finished = await watchSearch(terminal, async (watched) => {
      if (resume === undefined) {
        const loaded = await readConfig(file, options, terminal);
        return search(loaded, { ...watched, engine, ...(out === undefined ? {} : { out }) });
      }
      return resumeSearch(resume, {
        ...watched,
        ...(engine === 'auto' ? {} : { engine }),
        ...(workers === undefined ? {} : { workers }),
        ...(set === undefined ? {} : { set }),
        ...(options.acceptChange === true ? { acceptChange: true } : {}),
        ...(options.allowCode === true ? { allowCode: true } : {}),
      });
    });
    terminal.result(finishedSearchJson(finished), () => finishedSearchText(finished, terminal));
    const { failure } = finished.result;
    if (failure !== undefined) terminal.outcome = terminal.fail(failure, failure);
  });
}

/** A run keeps its config and its folder. What `--set` may change, the run says itself. */
function refuseWithResume(file: string | undefined, { out }: Options): void {
  const received = file ?? (out === undefined ? undefined : `--out ${out}`);
  if (received === undefined) return;
  throw new AslError('ASL_USAGE', 'a search that goes on keeps its config and its folder', {
    where: 'asl search --resume',
    expected: 'neither a config nor --out; --set for more rounds, or for where its data are now',
    received,
    remedy: 'leave it out, or begin a new search without --resume',
  });
}

function acceptsNothing(): AslError {
  return new AslError('ASL_USAGE', 'a new search has nothing that could have changed', {
    where: 'asl search --accept-change',
    expected: '--accept-change beside --resume',
    remedy: 'leave it out, or say which run goes on: --resume <folder>',
  });
}
