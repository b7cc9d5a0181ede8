import { formatTable } from '../terminal/table.ts';

/** A metric's value with its per-class values, in [0, 1]; null where absent. */
export interface Score {
  readonly value: number | null;
  readonly perClass: readonly (number | null)[];
}

const percent = (value: number | null | undefined) =>
  value === null || value === undefined ? 'absent' : (100 * value).toFixed(2);

/** Metrics against classes, in percent. */
export function scoresTable(scores: Readonly<Record<string, Score>>, classes: readonly string[]): string {
  const columns = Object.values(scores);
  const rows = classes.map((name, index) => [name, ...columns.map(({ perClass }) => percent(perClass[index]))]);
  return formatTable(['', ...Object.keys(scores)], [['all', ...columns.map(({ value }) => percent(value))], ...rows]);
}
