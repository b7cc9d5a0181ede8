import { type Dataset, definePlugin, type Plugin } from '@auto-seg-loss/kernel';
import { fileDataset, findRoot, PRESET_IMAGE_NAMES, presetReading, rejectLeak } from '@auto-seg-loss/samples';
import { findSplit } from './find-split.ts';
import { type CityscapesOptions, cityscapesOptions } from './options.ts';

export type { CityscapesOptions } from './options.ts';

/**
 * Cityscapes (Cordts et al. 2016) as it is downloaded: 19 classes with their names and colours, all other label ids ignored.
 * Making the data set checks that all files are there and that no image is in both splits.
 */
export const plugin: Plugin<'dataset', CityscapesOptions> = definePlugin({
  kind: 'dataset',
  name: 'cityscapes',
  summary: 'Cityscapes as it is downloaded: 19 classes, or some of them.',
  options: cityscapesOptions,
  create: async (options, { baseDir, cacheDir }): Promise<Dataset> => {
    const preset = options.labels === 'labelIds' ? 'cityscapes' : 'cityscapes-train-ids';
    const { labels, colors } = await presetReading(preset, options.classes);
    const root = await findRoot(options, baseDir);
    const train = await findSplit(root, 'train', options);
    const val = await findSplit(root, 'val', options);
    await rejectLeak(train.pairs, val.pairs, {});
    return fileDataset({
      name: 'cityscapes',
      root,
      splits: { train, val },
      reading: { labels, images: {}, imageNames: PRESET_IMAGE_NAMES, maximumPixels: undefined },
      colors,
      cacheDir: options.cache ? cacheDir : undefined,
    });
  },
});
