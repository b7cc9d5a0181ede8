import { join, relative } from 'node:path';
import { AslError } from '@auto-seg-loss/kernel';
import type { SearchEvent, SearchResult } from '@auto-seg-loss/runtime';
import type { Command } from 'commander';
import { withCommonOptions } from '../common-options.ts';
import type { SearchReport } from '../report/write-search-report.ts';
import { alignColumns } from '../terminal/columns.ts';
import { formatDuration } from '../terminal/duration.ts';
import { createSearchProgress } from '../terminal/search-progress.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { type ConfigOptions, readConfig, withConfig } from '../with-config.ts';
import { runUntilStopped } from './run-until-stopped.ts';

interface Options extends ConfigOptions {
  readonly out?: string;
  readonly resume?: string;
}

/** `asl search`. */
export function addSearchCommand(program: Command, terminal: Terminal): void {
  const command = program
    .command('search')
    .description('search the loss for a metric; writes loss.json and a report into a run folder');
  withConfig(command)
    .option('--out <folder>', 'the run folder, new or empty (default: runs/<metric>-<number> beside the config)')
    .option('--resume <folder>', 'go on with the search of this run folder');
  withCommonOptions(command).action((config: string | undefined, options: Options) =>
    runSearch(config, options, terminal),
  );
}

async function runSearch(file: string | undefined, options: Options, terminal: Terminal): Promise<void> {
  const { out, resume, engine, workers } = options;
  if (resume !== undefined) refuseWithResume(file, options);
  const { resumeSearch, search } = await import('@auto-seg-loss/runtime');
  const started = performance.now();
  const progress = createSearchProgress(terminal);
  const result = await runUntilStopped(progress, async (signal, stopped) => {
    const common = { signal, onEvent: (event: SearchEvent) => progress.handle(event) };
    const ended =
      resume === undefined
        ? await search(await readConfig(file, options), { ...common, engine, ...(out === undefined ? {} : { out }) })
        : await resumeSearch(resume, {
            ...common,
            ...(engine === 'auto' ? {} : { engine }),
            ...(workers === undefined ? {} : { workers }),
          });
    if (ended.status === 'complete') return ended;
    progress.stop();
    terminal.log(`Stopped; what is finished is kept. To go on: asl search --resume ${placeOf(ended)}`);
    throw stopped();
  });
  await finish(result, (performance.now() - started) / 1000, terminal);
}

/** The run folder as a person would type it. */
function placeOf({ folder }: SearchResult): string {
  return relative(process.cwd(), folder) || '.';
}

async function finish(result: SearchResult, seconds: number, terminal: Terminal): Promise<void> {
  const { writeSearchReport } = await import('../report/write-search-report.ts');
  const report = await writeSearchReport(result);
  const { roundTable } = await import('../report/round-table.ts');
  const { reportedTrials } = await import('../report/reported-trials.ts');
  const trials = reportedTrials(result.trials);
  const table = () => roundTable(trials, terminal.colors.green);
  terminal.log(`Done in ${formatDuration(seconds)}.`);
  terminal.result(toJson(result, report), () => `${table()}\nrewards in percent; * the best\n\n${describe(result)}`);
}

function toJson({ folder, found, best, trials }: SearchResult, report: SearchReport): object {
  const byStatus = (status: string) => trials.filter(({ outcome }) => outcome?.status === status).length;
  return {
    folder,
    loss: found?.path,
    report,
    best: best === null ? null : { round: best.round, trial: best.number, theta: best.theta, outcome: best.outcome },
    trials: { complete: byStatus('complete'), pruned: byStatus('pruned'), failed: byStatus('failed') },
  };
}

function describe(result: SearchResult): string {
  const { best } = result;
  const folder = placeOf(result);
  const reward = best === null || best.outcome.status === 'failed' ? '' : `${(100 * best.outcome.reward).toFixed(2)} %`;
  const loss = join(folder, 'loss.json');
  return alignColumns([
    ['best reward', `${reward} (round ${(best?.round ?? 0) + 1}, trial ${(best?.number ?? 0) + 1})`],
    ['loss', loss],
    ['picture', `${join(folder, 'report.svg')}, ${join(folder, 'report.png')}`],
    ['next', `asl compare --losses ${loss},cross-entropy`],
  ]).join('\n');
}

/** A run keeps its config: another one would make it another search. */
function refuseWithResume(file: string | undefined, { set, out }: Options): void {
  const received =
    file ?? (set.length > 0 ? `--set ${set.join(' --set ')}` : out === undefined ? undefined : `--out ${out}`);
  if (received === undefined) return;
  throw new AslError('ASL_USAGE', 'a search that goes on keeps its config and its folder', {
    where: 'asl search --resume',
    expected: 'neither a config nor --set nor --out',
    received,
    remedy: 'leave it out, or begin a new search without --resume',
  });
}
