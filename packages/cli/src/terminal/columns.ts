import { stripVTControlCharacters } from 'node:util';

/** Rows of text with their columns aligned to the left, two spaces apart; colours do not count. */
export function alignColumns(rows: readonly (readonly string[])[]): readonly string[] {
  const length = (text: string) => stripVTControlCharacters(text).length;
  const widths: number[] = [];
  for (const row of rows) {
    for (const [column, cell] of row.entries()) widths[column] = Math.max(widths[column] ?? 0, length(cell));
  }
  return rows.map((row) =>
    row
      .map((cell, column) => cell + ' '.repeat((widths[column] ?? 0) - length(cell)))
      .join('  ')
      .trimEnd(),
  );
}
