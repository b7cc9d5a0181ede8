import { type Dataset, definePlugin, type Plugin } from '@auto-seg-loss/kernel';
import { fileDataset, findRoot, PRESET_IMAGE_NAMES, presetReading, rejectLeak } from '@auto-seg-loss/samples';
import { findSplit } from './find-split.ts';
import { findVocFolder } from './find-voc-folder.ts';
import { type VocOptions, vocOptions } from './options.ts';

export type { VocOptions } from './options.ts';

/**
 * PASCAL VOC 2012 (Everingham et al. 2010) as it is downloaded: 21 classes with their names and colours; 255, the outlines, is
 * ignored. Making the data set checks that all files are there and that no image is in both splits.
 */
export const plugin: Plugin<'dataset', VocOptions> = definePlugin({
  kind: 'dataset',
  name: 'voc',
  summary: 'PASCAL VOC 2012 as it is downloaded: 21 classes, or some of them.',
  options: vocOptions,
  create: async (options, { baseDir, cacheDir }): Promise<Dataset> => {
    const { labels, colors } = await presetReading('voc', options.classes);
    const root = await findVocFolder(await findRoot(options, baseDir), options);
    const train = await findSplit(root, 'train', options);
    const val = await findSplit(root, 'val', options);
    await rejectLeak(train.pairs, val.pairs, {});
    return fileDataset({
      name: 'voc',
      root,
      splits: { train, val },
      reading: { labels, images: {}, imageNames: PRESET_IMAGE_NAMES, maximumPixels: undefined },
      colors,
      cacheDir: options.cache ? cacheDir : undefined,
    });
  },
});
