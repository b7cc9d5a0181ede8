import { formatTable } from '../terminal/table.ts';

/** Pixels by label, a row each, and prediction, a column each. */
export function confusionTable(confusion: readonly (readonly number[])[], classes: readonly string[]): string {
  return formatTable(
    ['label, predicted as', ...classes],
    confusion.map((row, label) => [classes[label] ?? String(label), ...row.map(String)]),
  );
}
