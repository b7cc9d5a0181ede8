import type { ExactScore } from '@auto-seg-loss/formula';
import { stringify } from 'csv-stringify/sync';
import { writeFile } from '../run-folder/write-file.ts';

type Row = readonly (string | number | null)[];

/** What the row of a mean has in place of a class. */
const ALL = 'all';

/** The value of each class of each image, and their mean: a row each. Absent values are empty. Comes image by image. */
export function* scoreRows(
  images: readonly string[],
  classes: readonly string[],
  scoresOf: (image: number) => Readonly<Record<string, ExactScore>>,
): Generator<readonly Row[]> {
  yield [['image', 'metric', 'class', 'value']];
  for (const [index, image] of images.entries()) {
    yield Object.entries(scoresOf(index)).flatMap(([metric, { value, perClass }]): readonly Row[] => [
      [image, metric, ALL, value],
      ...perClass.map((each, c): Row => [image, metric, classes[c] ?? String(c), each]),
    ]);
  }
}

/** Pixels by label, a row each, and prediction, a column each. */
export function confusionRows(confusion: readonly (readonly number[])[], classes: readonly string[]): readonly Row[] {
  return [['label', ...classes], ...confusion.map((row, c): Row => [classes[c] ?? String(c), ...row])];
}

/**
 * Writes a CSV (RFC 4180, UTF-8) at once or not at all; makes its folder.
 * @param rows in parts, none of which has to be kept.
 * @throws AslError ASL_RUN_FOLDER where that is not possible.
 */
export async function writeCsv(file: string, rows: Iterable<readonly Row[]>): Promise<void> {
  await writeFile(file, texts(rows));
}

function* texts(rows: Iterable<readonly Row[]>): Generator<string> {
  for (const part of rows) yield stringify(part.map((row) => [...row]));
}
