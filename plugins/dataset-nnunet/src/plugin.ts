import { type Dataset, definePlugin, type Plugin } from '@auto-seg-loss/kernel';
import { findRoot } from '@auto-seg-loss/samples';
import { readDescription } from './dataset-json.ts';
import { findCases, isVolume } from './find-cases.ts';
import { findSplits } from './find-splits.ts';
import { type NnunetOptions, nnunetOptions } from './options.ts';
import { pictureDataset } from './picture-dataset.ts';
import { volumeDataset } from './volume-dataset.ts';

export type { NnunetOptions } from './options.ts';

/**
 * A data set in nnU-Net's layout, version 2 (Isensee et al. 2021): pictures as they are, volumes (NIfTI) as slices along one axis.
 * Classes, what is ignored and the names' ending come from dataset.json, the two splits from splits_final.json.
 */
export const plugin: Plugin<'dataset', NnunetOptions> = definePlugin({
  kind: 'dataset',
  name: 'nnunet',
  summary: "A data set in nnU-Net's layout: pictures, or slices of volumes (NIfTI).",
  options: nnunetOptions,
  create: async (options, { baseDir, cacheDir }): Promise<Dataset> => {
    const root = await findRoot(options, baseDir);
    const description = await readDescription(root);
    const splits = await findSplits(root, await findCases(root, description), options);
    return isVolume(description.ending)
      ? volumeDataset(root, description, splits, options)
      : pictureDataset(root, description, splits, { ...options, cacheDir });
  },
});
