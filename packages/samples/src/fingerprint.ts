import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { relative, sep } from 'node:path';
import { readDataFile } from './read-file.ts';
import type { SampleReading } from './read-sample.ts';

/** Data up to this size is hashed whole, which takes about a second; of larger data only names and sizes are. */
const HASHED_WHOLE_BYTES = 512 * 2 ** 20;

/** What files are read by, as text: equal for readings that give equal samples. */
export function readingKey({ labels, images, maximumPixels: _ }: SampleReading): string {
  const { classes, targets, colors, colorsAreOfLabels } = labels;
  return JSON.stringify({
    classes: classes.length,
    targets: [...targets].sort(([a], [b]) => a - b),
    colors: colors === undefined ? null : [...colors].sort(([a], [b]) => a - b),
    colorsAreOfLabels,
    range: images.range ?? null,
    orientation: images.orientation ?? 'auto',
  });
}

/** What a fingerprint is of. */
export interface Fingerprinted {
  /** The data's folder, which is not part of it. */
  readonly root: string;
  /** Class names. */
  readonly classes: readonly string[];
  /** How files are read, as text: what gives other samples is another text. */
  readonly reading: string;
  /** Number of training samples: where among the files val begins. */
  readonly train: number;
  /** Files of all samples in their order, those of train first; absolute paths. */
  readonly files: readonly string[];
}

/**
 * A hash of what a training sees: names, contents (or, for large data, sizes), their order, the classes and how files are read.
 * Not of where the folder is.
 * @throws AslError ASL_DATA_MISSING for a file that cannot be read.
 */
export async function fingerprintOf({ root, classes, reading, train, files }: Fingerprinted): Promise<string> {
  const sizes = await Promise.all(files.map(async (file) => (await stat(file)).size));
  const whole = sizes.reduce((sum, size) => sum + size, 0) <= HASHED_WHOLE_BYTES;
  const hash = createHash('sha256');
  hash.update(
    JSON.stringify({
      classes,
      reading,
      train,
      files: files.map((file, index) => [relative(root, file).split(sep).join('/'), sizes[index]]),
    }),
  );
  if (whole) for (const file of files) hash.update(await readDataFile(file));
  return hash.digest('hex');
}
