import { basename, relative } from 'node:path';
import { aslCommand } from '@auto-seg-loss/kernel';
import type { RunsStatus } from '@auto-seg-loss/runtime';
import { formatTable } from '../terminal/table.ts';
import { statusWords } from './status-text.ts';

const HEAD = ['run', 'state', 'is', 'done', 'best', 'left'];

/** How the runs of a folder stand, a line for each. @param now milliseconds of the time of day. */
export function runsText({ folder, runs, unreadable }: RunsStatus, now: number = Date.now()): string {
  const rows = runs.map((status) => {
    const { subject, progress, best, left } = statusWords(status, now);
    return [basename(status.folder), status.state, subject, progress, best, left];
  });
  const table = rows.length === 0 ? [] : [formatTable(HEAD, rows, ['left', 'left', 'left', 'left', 'left', 'left'])];
  const problems = unreadable.map(({ folder: run, code, message }) => {
    return `${basename(run)} cannot be looked at: ${code === null ? '' : `${code}: `}${message}`;
  });
  const place = relative(process.cwd(), folder) || '.';
  const more = `More of one: ${aslCommand('status', 'RUN')}; all of them in the browser: ${aslCommand('dashboard', place)}`;
  return [...table, ...problems, more].join('\n');
}
