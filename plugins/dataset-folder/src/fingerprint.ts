import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { relative, sep } from 'node:path';
import { classNames, type FolderOptions, ignoredValues } from './options.ts';
import type { Pair } from './pair.ts';
import { readDataFile } from './read-file.ts';

/** Data up to this size is hashed whole, which takes about a second; of larger data only names and sizes are. */
const HASHED_WHOLE_BYTES = 512 * 2 ** 20;

/**
 * A hash of what a training sees: names, contents (or, for large data, sizes), their order, the classes and the ignored
 * values. Not of where the folder is.
 * @throws AslError ASL_DATA_MISSING for a file that cannot be read.
 */
export async function fingerprintOf(
  root: string,
  options: FolderOptions,
  splits: { readonly train: readonly Pair[]; readonly val: readonly Pair[] },
): Promise<string> {
  const files = [...splits.train, ...splits.val].flatMap(({ image, label }) => [image, label]);
  const sizes = await Promise.all(files.map(async (file) => (await stat(file)).size));
  const whole = sizes.reduce((sum, size) => sum + size, 0) <= HASHED_WHOLE_BYTES;
  const hash = createHash('sha256');
  hash.update(
    JSON.stringify({
      classes: classNames(options.classes),
      ignored: ignoredValues(options),
      train: splits.train.length,
      files: files.map((file, index) => [relative(root, file).split(sep).join('/'), sizes[index]]),
    }),
  );
  if (whole) for (const file of files) hash.update(await readDataFile(file));
  return hash.digest('hex');
}
