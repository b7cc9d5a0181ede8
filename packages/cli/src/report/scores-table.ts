import { formatTable } from '../terminal/table.ts';

/** A metric's value with its per-class values, in [0, 1]; null where absent. */
export interface Score {
  readonly value: number | null;
  readonly perClass: readonly (number | null)[];
  /** From where to where the value may lie; null where there is no telling. */
  readonly interval?: readonly [low: number, high: number] | null;
}

const percent = (value: number | null | undefined) =>
  value === null || value === undefined ? 'absent' : (100 * value).toFixed(2);

/** Metrics against classes, in percent, with the intervals of the means where there are any. */
export function scoresTable(scores: Readonly<Record<string, Score>>, classes: readonly string[]): string {
  const columns = Object.values(scores);
  const rows = classes.map((name, index) => [name, ...columns.map(({ perClass }) => percent(perClass[index]))]);
  const ends = columns.some(({ interval }) => interval)
    ? (['from', 'to'] as const).map((name, end) => [
        `  ${name}`,
        ...columns.map(({ interval }) => (interval ? percent(interval[end]) : '')),
      ])
    : [];
  const head = ['', ...Object.keys(scores)];
  return formatTable(head, [['all', ...columns.map(({ value }) => percent(value))], ...ends, ...rows]);
}
