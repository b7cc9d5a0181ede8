import { configOptionNames, findPairs, labelReading } from '@auto-seg-loss/images';
import { type Dataset, definePlugin, type Plugin } from '@auto-seg-loss/kernel';
import {
  type FoundSplits,
  fileDataset,
  findRoot,
  rejectLeak,
  type SampleReading,
  takeVal,
} from '@auto-seg-loss/samples';
import { type FolderOptions, folderOptions } from './options.ts';

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
    return fileDataset({
      name: 'folder',
      root,
      splits: await findSplits(root, options),
      reading,
      colors: options.colors,
      cacheDir: options.cache ? cacheDir : undefined,
    });
  },
});

async function findSplits(root: string, options: FolderOptions): Promise<FoundSplits> {
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
