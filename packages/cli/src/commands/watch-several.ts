import { existsSync } from 'node:fs';
import { relative } from 'node:path';
import { AslError, aslCommand } from '@auto-seg-loss/kernel';
import {
  type EndedSearch,
  type OneOfSeveral,
  type SearchResult,
  type SeveralOptions,
  SeveralRefused,
  searchSeveral,
} from '@auto-seg-loss/runtime';
import type { TensorBoard } from '@auto-seg-loss/tensorboard';
import { asAslError } from '../as-asl-error.ts';
import { winnerText } from '../report/winner-text.ts';
import type { SearchReport } from '../report/write-search-report.ts';
import { boardFlags, lostNote } from '../tensorboard.ts';
import { alignColumns } from '../terminal/columns.ts';
import { formatDuration } from '../terminal/duration.ts';
import { createSeveralProgress } from '../terminal/several-progress.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { runUntilStopped } from './run-until-stopped.ts';
import { finishedSearchJson } from './watch-search.ts';

/** What became of one of several searches. */
interface Ended {
  readonly name: string;
  readonly folder: string;
  /** Of one that came to its end. */
  readonly result?: SearchResult;
  readonly report: SearchReport | null;
  /** Why no loss was named. */
  readonly error?: AslError;
}

/**
 * Runs several searches with their progress shown, and draws each as it is done. What went wrong is shown at the end, and the
 * worst of it is the exit code. Ctrl-C ends all cleanly and says how to go on with them.
 * @param board the log folder that all are written into too. @throws Stopped.
 */
export async function watchSeveral(
  terminal: Terminal,
  searches: readonly OneOfSeveral[],
  options: Omit<SeveralOptions, 'signal' | 'onEvent' | 'onEnd' | 'onFailure'>,
  board?: TensorBoard,
): Promise<void> {
  const started = performance.now();
  const names = searches.map(({ name }) => name);
  const progress = createSeveralProgress(terminal, names);
  const reports = new Map<string, SearchReport>();
  const running = new Set(names);
  const end = (name: string, line: string): void => {
    running.delete(name);
    progress.end(name, line);
  };
  const listeners = new Map(
    names.flatMap((name) => {
      const note = (reason: string): void => progress.note(`[${name}] ${lostNote(reason)}`);
      return board === undefined ? [] : [[name, board.search(note)] as const];
    }),
  );
  try {
    const ended = await runUntilStopped(progress, async (signal, stopped) => {
      const all = await searchSeveral(searches, {
        ...options,
        signal,
        onEvent: (name, event) => {
          listeners.get(name)?.handle(event);
          progress.handle(name, event);
        },
        onEnd: async (name, result) => {
          if (result.found !== undefined) reports.set(name, await drawn(result));
          end(name, endOf(result));
        },
        onFailure: (name, error) => {
          const { code, message } = asAslError(error);
          end(name, `failed: ${code}: ${message}${running.size > 1 ? '; the others go on' : ''}`);
        },
      });
      const interrupted = all.flatMap((one) =>
        'result' in one && one.result.status === 'interrupted' ? [one.result] : [],
      );
      if (interrupted.length === 0) return all.map((one) => endedOf(one, reports.get(one.name) ?? null));
      progress.stop();
      showErrors(
        terminal,
        all.map((one) => endedOf(one, null)),
      );
      terminal.log(`Stopped; what is finished is kept. To go on: ${goOnCommand(interrupted, board)}`);
      throw stopped();
    });
    terminal.log(`Searched in ${formatDuration((performance.now() - started) / 1000)}.`);
    terminal.result({ searches: ended.map(endedJson) }, () => endedText(ended, terminal));
    showErrors(terminal, ended);
  } catch (error) {
    if (!(error instanceof SeveralRefused)) throw error;
    showRefused(terminal, error);
  } finally {
    for (const listener of listeners.values()) listener.close();
  }
}

async function drawn(result: SearchResult): Promise<SearchReport> {
  const { writeSearchReport } = await import('../report/write-search-report.ts');
  return writeSearchReport(result);
}

/** What is said as a search ends. */
function endOf({ status, found, folder }: SearchResult): string {
  if (status === 'interrupted') return 'stopped';
  return found === undefined
    ? 'at its end; no loss is named'
    : `found ${winnerText(found.winner)}: ${shortPath(folder)}`;
}

function endedOf(one: EndedSearch, report: SearchReport | null): Ended {
  const { name, folder } = one;
  if ('error' in one) return { name, folder, report: null, error: asAslError(one.error) };
  const { result } = one;
  return { name, folder, result, report, ...(result.failure === undefined ? {} : { error: result.failure }) };
}

function goOnCommand(interrupted: readonly SearchResult[], board: TensorBoard | undefined): string {
  const flags = interrupted.some(({ needsAllowCode }) => needsAllowCode) ? ['--allow-code'] : [];
  return aslCommand(
    'search',
    '--resume',
    ...interrupted.map(({ folder }) => shortPath(folder)),
    ...flags,
    ...boardFlags(board),
  );
}

/** Shows what went wrong in each, by its name; the exit code is that of the worst. */
function showErrors(terminal: Terminal, ended: readonly Ended[]): void {
  for (const { name, error } of ended) if (error !== undefined) show(terminal, [name], error, error);
}

/** The same of searches that were not begun; what is wrong with several in the same way is said once. */
function showRefused(terminal: Terminal, { errors }: SeveralRefused): void {
  const alike = new Map<string, { readonly names: string[]; readonly error: AslError; readonly cause: unknown }>();
  for (const { name, error: cause } of errors) {
    const error = asAslError(cause);
    const found = alike.get(error.format());
    if (found === undefined) alike.set(error.format(), { names: [name], error, cause });
    else found.names.push(name);
  }
  for (const { names, error, cause } of alike.values()) show(terminal, names, error, cause);
}

function show(
  terminal: Terminal,
  names: readonly string[],
  { code, message, details }: AslError,
  cause: unknown,
): void {
  const named = new AslError(code, `${names.join(', ')}: ${message}`, details);
  terminal.outcome = Math.max(terminal.outcome, terminal.fail(named, cause));
}

function endedJson({ name, folder, result, report, error }: Ended): object {
  const { code, message, details } = error ?? {};
  const { cause: _hidden, ...told } = details ?? {};
  return {
    name,
    status: error === undefined ? 'complete' : 'failed',
    ...(result === undefined ? { folder: existsSync(folder) ? folder : null } : finishedSearchJson({ result, report })),
    ...(error === undefined ? {} : { error: { code, message, ...told } }),
  };
}

function endedText(ended: readonly Ended[], { colors }: Terminal): string {
  const rows = ended.map(({ name, folder, result, error }) => {
    if (result?.found !== undefined) return [name, winnerText(result.found.winner), shortPath(result.found.path)];
    const why = colors.red(`failed: ${error?.code ?? ''}`);
    return [name, why, existsSync(folder) ? shortPath(folder) : 'nothing is left of it'];
  });
  return alignColumns(rows).join('\n');
}

function shortPath(path: string): string {
  return relative(process.cwd(), path) || '.';
}
