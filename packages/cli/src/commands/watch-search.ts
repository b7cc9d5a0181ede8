import { join, relative } from 'node:path';
import { aslCommand } from '@auto-seg-loss/kernel';
import { reportedTrials } from '@auto-seg-loss/report/trials';
import { type SearchOptions, type SearchResult, searchesTerms, termsText } from '@auto-seg-loss/runtime';
import type { TrialRecord } from '@auto-seg-loss/study';
import type { TensorBoard } from '@auto-seg-loss/tensorboard';
import { finalistTable } from '../report/finalist-table.ts';
import { frontNote, frontTable } from '../report/front-table.ts';
import { rewardUnit } from '../report/reward-unit.ts';
import { roundTable } from '../report/round-table.ts';
import { winnerText } from '../report/winner-text.ts';
import type { SearchReport } from '../report/write-search-report.ts';
import { boardFlags, heard } from '../tensorboard.ts';
import { alignColumns } from '../terminal/columns.ts';
import { formatDuration } from '../terminal/duration.ts';
import { createSearchProgress } from '../terminal/search-progress.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { runUntilStopped } from './run-until-stopped.ts';

/** A search that came to its end, with its pictures; without, where no loss was named. */
export interface FinishedSearch {
  readonly result: SearchResult;
  readonly report: SearchReport | null;
}

/**
 * Runs a search with its progress shown, and draws it when it is done. Ctrl-C ends it cleanly and says how to go on.
 * @param run starts or resumes the search with these options. @param board the log folder that it is written into too.
 * @throws Stopped; what `run` throws.
 */
export async function watchSearch(
  terminal: Terminal,
  run: (watched: Pick<SearchOptions, 'signal' | 'onEvent'>) => Promise<SearchResult>,
  board?: TensorBoard,
): Promise<FinishedSearch> {
  const started = performance.now();
  const progress = createSearchProgress(terminal);
  const { handle, close } = heard(
    board?.search,
    (event) => progress.handle(event),
    (line) => progress.note(line),
  );
  const result = await runUntilStopped(progress, async (signal, stopped) => {
    const ended = await run({ signal, onEvent: handle }).finally(close);
    if (ended.status === 'complete') return ended;
    progress.stop();
    terminal.log(
      `Stopped; what is finished is kept. To go on: ${aslCommand('search', '--resume', placeOf(ended), ...flags(ended), ...boardFlags(board))}`,
    );
    throw stopped();
  });
  terminal.log(`Searched in ${formatDuration((performance.now() - started) / 1000)}.`);
  if (result.found === undefined) return { result, report: null };
  // Loaded late: a command line that is wrong need not wait for the chart library.
  const { writeSearchReport } = await import('../report/write-search-report.ts');
  return { result, report: await writeSearchReport(result) };
}

/** What the commands that are proposed take besides. */
function flags({ needsAllowCode }: SearchResult): readonly string[] {
  return needsAllowCode ? ['--allow-code'] : [];
}

/** The run folder as a person would type it. */
function placeOf({ folder }: SearchResult): string {
  return relative(process.cwd(), folder) || '.';
}

/** Rounds and trials are counted from 1, as in all that is shown of a search. */
export function finishedSearchJson({ result, report }: FinishedSearch): object {
  const { folder, found, front, best, classes, config, finalists, metrics, trials, warnings } = result;
  const placeOfTrial = (trial: TrialRecord | null): object =>
    trial === null ? { round: null, trial: null } : { round: trial.round + 1, trial: trial.number + 1 };
  const count = (status: string) => trials.filter(({ outcome }) => outcome?.status === status).length;
  return {
    folder,
    loss: found?.path ?? null,
    report,
    rewards: { images: 'training images held out', size: config.proxy.size },
    best:
      best === null || found === undefined ? null : { ...placeOfTrial(best), theta: best.theta, outcome: best.outcome },
    winner: found === undefined ? null : { ...found.winner, ...placeOfTrial(found.winner.trial) },
    finalists: finalists.map(({ theta, trial, rival, rewards, scores }) => ({
      theta,
      ...placeOfTrial(trial),
      ...(rival === undefined ? {} : { rival }),
      rewards,
      ...(scores === null ? {} : { scores }),
    })),
    ...(front === undefined
      ? {}
      : {
          front: {
            metrics,
            hypervolume: front.hypervolume,
            // From 1, as files and trials are counted.
            knee: front.knee + 1,
            confirmed: front.confirmed,
            table: front.table,
            losses: front.points.map(({ path, winner }) => ({ path, ...winner, ...placeOfTrial(winner.trial) })),
          },
        }),
    trials: { complete: count('complete'), pruned: count('pruned'), failed: count('failed') },
    classes,
    warnings,
  };
}

/** All of a front, or the loss that was found. */
function comparedLosses(folder: string, front: SearchResult['front']): readonly string[] {
  if (front === undefined) return [join(folder, 'loss.json')];
  return front.points.map((_, place) => join(folder, 'front', `${place + 1}.json`));
}
const NOT_BEATEN = 'the search found nothing better than this loss, which anybody can write down';

export function finishedSearchText({ result }: FinishedSearch, terminal: Terminal): string {
  const { finalists, found, front, metrics, trials, config } = result;
  const folder = placeOf(result);
  const loss = join(folder, 'loss.json');
  const rounds = roundTable(reportedTrials(trials), terminal.colors.green);
  const unit = `${rewardUnit(config.proxy)}${metrics.length > 1 ? `; a reward is the mean of ${result.metric}` : ''}`;
  if (found === undefined)
    return [rounds, unit, '', 'no loss is named: rewards do not differ between losses'].join('\n');
  return [
    rounds,
    `${unit}; * the best`,
    '',
    ...(front === undefined ? [] : [frontTable(front, terminal.colors.green), frontNote(front), '']),
    ...(finalists.length === 0 || front !== undefined ? [] : [finalistTable(finalists, terminal.colors.green), '']),
    ...alignColumns([
      ['found', winnerText(found.winner)],
      ...(searchesTerms(config) ? [['which is', termsText(found.loss.terms, config)]] : []),
      ...(found.winner.rival === undefined || front !== undefined ? [] : [['note', NOT_BEATEN]]),
      ['loss', front === undefined ? loss : `${loss}, the knee; all of the front in ${join(folder, 'front')}`],
      ['picture', `${join(folder, 'report.svg')}, ${join(folder, 'report.png')}`],
      [
        'next',
        result.comparable
          ? aslCommand(
              'compare',
              '--losses',
              [...comparedLosses(folder, front), 'cross-entropy'].join(','),
              join(folder, 'config.json'),
              ...flags(result),
            )
          : 'to compare it with other losses, give the data set val images, which no search has seen',
      ],
    ]),
  ].join('\n');
}
