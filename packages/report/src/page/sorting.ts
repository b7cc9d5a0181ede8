import type { Cell } from './page-data.ts';

export type Order = 'ascending' | 'descending';

/** Rows by one column; what is not known comes last in both orders, and equal cells stay as they are. */
export function sortedRows(
  rows: readonly (readonly Cell[])[],
  column: number,
  order: Order,
): readonly (readonly Cell[])[] {
  const sign = order === 'ascending' ? 1 : -1;
  return rows.toSorted((left, right) => {
    const [a, b] = [left[column] ?? null, right[column] ?? null];
    if (a === null || b === null) return Number(a === null) - Number(b === null);
    if (typeof a === 'number' && typeof b === 'number') return sign * (a - b);
    return sign * String(a).localeCompare(String(b), 'en', { numeric: true });
  });
}
