import { configOptionNames, type FoundPairs, findPairs, labelReading, valuesOfClasses } from '@auto-seg-loss/images';
import { type Dataset, definePlugin, type Plugin } from '@auto-seg-loss/kernel';
import { findRoot } from './data-root.ts';
import { fingerprintOf, readingKey } from './fingerprint.ts';
import { FolderSplit } from './folder-split.ts';
import { type FolderOptions, folderOptions } from './options.ts';
import type { SampleReading } from './read-sample.ts';
import { rejectLeak } from './reject-leak.ts';
import { SampleCache } from './sample-cache.ts';
import { takeVal } from './take-val.ts';

/**
 * Images and labels in a folder. Making the data set checks that all files are there, that none is in both splits, and
 * that no split that is given is empty; pixels are checked when a sample is read.
 */
export const plugin: Plugin<'dataset', FolderOptions> = definePlugin({
  kind: 'dataset',
  name: 'folder',
  summary: 'Images and labels in a folder, by list files or by names.',
  options: folderOptions,
  create: async (options, { baseDir, cacheDir }): Promise<Dataset> => {
    const reading = await readingOf(options, baseDir);
    const root = await findRoot(options, baseDir);
    const { train, val } = await findSplits(root, options);
    const labelValues = valuesOfClasses(reading.labels);
    const cache = options.cache ? new SampleCache(cacheDir, readingKey(reading)) : undefined;
    return {
      name: 'folder',
      classes: reading.labels.classes,
      ...(options.colors === undefined ? {} : { colors: options.colors }),
      ...(labelValues === undefined ? {} : { labelValues }),
      imageReading: reading.images,
      train: new FolderSplit(train, reading, cache),
      val: new FolderSplit(val, reading, cache),
      fingerprint: () => fingerprintOf(root, reading, { train: train.pairs, val: val.pairs }),
    };
  },
});

async function findSplits(root: string, options: FolderOptions): Promise<Record<'train' | 'val', FoundPairs>> {
  const train = await findPairs(root, options.train, 'dataset.train');
  if (options.val === undefined) return { train, val: { pairs: [], notes: [] } };
  const { fraction, ...place } = options.val;
  if (fraction !== undefined) {
    const parts = await takeVal(train.pairs, fraction);
    return { train: { ...train, pairs: parts.train }, val: { pairs: parts.val, notes: [] } };
  }
  const val = await findPairs(root, place, 'dataset.val');
  await rejectLeak(train.pairs, val.pairs, { ...options.images });
  return { train, val };
}

async function readingOf(options: FolderOptions, baseDir: string): Promise<SampleReading> {
  const { classes, colors, labels = {}, ignoreLabel, images = {}, maximumPixels } = options;
  const ignore = labels.ignore ?? ignoreLabel;
  return {
    labels: await labelReading({
      ...(classes === undefined ? {} : { classes }),
      ...(colors === undefined ? {} : { colors }),
      labels: { ...labels, ...(ignore === undefined ? {} : { ignore }) },
      baseDir,
      names: configOptionNames('dataset.labels'),
      where: 'dataset.labels',
    }),
    images,
    maximumPixels,
  };
}
