import { availableParallelism, loadavg } from 'node:os';

const COLUMNS = [18, 18, 24, 8, 6];

/** A line of a table. @param columns their widths, in characters */
export function row(cells: readonly string[], columns: readonly number[] = COLUMNS): string {
  return cells
    .map((text, index) => text.padEnd(columns[index] ?? 0))
    .join('')
    .trimEnd();
}

/** Milliseconds: the best, and the median. */
export function cell({ best, median }: { readonly best: number; readonly median: number }): string {
  return `${best.toFixed(1)} (${median.toFixed(1)})`;
}

/** Says so where other programs disturb the times. */
export function warnIfBusy(write: (line: string) => void): void {
  const busy = loadavg()[0] ?? 0;
  if (busy > 0.5 * availableParallelism())
    write(`The machine is busy (load ${busy.toFixed(1)}): do not trust the times.`);
}
