import { stripVTControlCharacters } from 'node:util';
import { shownCell } from './shown.ts';

/**
 * Rows of text with their columns aligned to the left, two spaces apart; colours do not count.
 * @param widest a cell that is longer makes its own row longer, not its column wider.
 */
export function alignColumns(
  cells: readonly (readonly string[])[],
  widest: number = Number.POSITIVE_INFINITY,
): readonly string[] {
  const length = (text: string) => stripVTControlCharacters(text).length;
  const rows = cells.map((row) => row.map(shownCell));
  const widths: number[] = [];
  for (const row of rows) {
    for (const [column, cell] of row.entries()) {
      if (length(cell) <= widest) widths[column] = Math.max(widths[column] ?? 0, length(cell));
    }
  }
  return rows.map((row) =>
    row
      .map((cell, column) => cell + ' '.repeat(Math.max(0, (widths[column] ?? 0) - length(cell))))
      .join('  ')
      .trimEnd(),
  );
}
