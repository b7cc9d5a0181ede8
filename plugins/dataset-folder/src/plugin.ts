import { type Dataset, definePlugin, type Plugin } from '@auto-seg-loss/kernel';
import { ClassMap } from './class-map.ts';
import { findRoot } from './data-root.ts';
import { findPairs } from './find-pairs.ts';
import { fingerprintOf } from './fingerprint.ts';
import { FolderSplit } from './folder-split.ts';
import { classNames, type FolderOptions, folderOptions, ignoredValues } from './options.ts';
import { rejectLeak } from './reject-leak.ts';
import { SampleCache } from './sample-cache.ts';

/**
 * Images and labels in a folder. Making the data set checks that all files are there, that none is in both splits, and
 * that no split is empty; pixels are checked when a sample is read.
 */
export const plugin: Plugin<'dataset', FolderOptions> = definePlugin({
  kind: 'dataset',
  name: 'folder',
  summary: 'Images and index labels in a folder, by list files or by equal names.',
  options: folderOptions,
  create: async (options, { baseDir, cacheDir }): Promise<Dataset> => {
    const root = await findRoot(options, baseDir);
    const train = await findPairs(root, options.train, 'dataset.train');
    const val = await findPairs(root, options.val, 'dataset.val');
    await rejectLeak(train, val);
    const names = classNames(options.classes);
    const classes = new ClassMap(names.length, ignoredValues(options));
    const cache = options.cache ? new SampleCache(cacheDir) : undefined;
    return {
      name: 'folder',
      classes: names,
      ...(options.colors === undefined ? {} : { colors: options.colors }),
      train: new FolderSplit(train, classes, cache),
      val: new FolderSplit(val, classes, cache),
      fingerprint: () => fingerprintOf(root, options, { train, val }),
    };
  },
});
