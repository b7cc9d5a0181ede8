import { type Color, type FoundPairs, filesOf, valuesOfClasses } from '@auto-seg-loss/images';
import type { Dataset } from '@auto-seg-loss/kernel';
import { fingerprintOf, readingKey } from './fingerprint.ts';
import { FolderSplit } from './folder-split.ts';
import type { SampleReading } from './read-sample.ts';
import { SampleCache } from './sample-cache.ts';

/** The two parts of a data set, as files. */
export interface FoundSplits {
  readonly train: FoundPairs;
  /** Without pairs where there is none. */
  readonly val: FoundPairs;
}

/** What a data set of pictures is made of. */
export interface FileDatasetParts {
  readonly name: string;
  /** Absolute path of the data's folder. */
  readonly root: string;
  readonly splits: FoundSplits;
  readonly reading: SampleReading;
  /** A colour for each class. */
  readonly colors?: readonly Color[] | undefined;
  /** Where decoded samples are kept; undefined to decode them each time. */
  readonly cacheDir: string | undefined;
}

/** A data set of image files with a label file each. Pixels are checked when a sample is read. */
export function fileDataset({ name, root, splits, reading, colors, cacheDir }: FileDatasetParts): Dataset {
  const { train, val } = splits;
  const cache = cacheDir === undefined ? undefined : new SampleCache(cacheDir, readingKey(reading));
  const { classes } = reading.labels;
  const labelValues = valuesOfClasses(reading.labels);
  return {
    name,
    classes,
    ...(colors === undefined ? {} : { colors }),
    ...(labelValues === undefined ? {} : { labelValues }),
    imageReading: reading.images,
    train: new FolderSplit(train, reading, cache),
    val: new FolderSplit(val, reading, cache),
    fingerprint: () =>
      fingerprintOf({
        root,
        classes,
        reading: readingKey(reading),
        train: train.pairs.length,
        files: [...train.pairs, ...val.pairs].flatMap(filesOf),
      }),
  };
}
