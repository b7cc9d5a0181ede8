import type { FoundPairs, ImageOptionNames, Pair } from '@auto-seg-loss/images';
import { AslError, type Dataset } from '@auto-seg-loss/kernel';
import { fileDataset, PRESET_IMAGE_NAMES } from '@auto-seg-loss/samples';
import type { Case } from './case.ts';
import type { Description } from './dataset-json.ts';
import type { CaseSplits } from './find-splits.ts';
import type { NnunetOptions } from './options.ts';

/** Messages name the options that this data set has. */
const IMAGE_NAMES: ImageOptionNames = {
  ...PRESET_IMAGE_NAMES,
  range: 'dataset.range',
  rangeOf: (low, high) => `dataset.range: [${low}, ${high}]`,
};

/**
 * A data set of pictures, one file each: grey, or with red, green and blue in it.
 * @throws AslError ASL_OPTIONS_INVALID for pictures whose channels are files of their own.
 */
export function pictureDataset(
  root: string,
  { channels, labels }: Description,
  { train, val, notes }: CaseSplits,
  options: NnunetOptions & { readonly cacheDir: string },
): Dataset {
  const { range, maximumPixels, cache, cacheDir } = options;
  const several = [...train, ...val].find(({ images }) => images.length > 1);
  if (several !== undefined) throw separateChannels(several, channels);
  const pairs = (cases: readonly Case[]): readonly Pair[] =>
    cases.map(({ id, images: [image], label }) => ({ id, image, label, mask: undefined, origin: image }));
  const part = (cases: readonly Case[], said: readonly string[]): FoundPairs => ({ pairs: pairs(cases), notes: said });
  return fileDataset({
    name: 'nnunet',
    root,
    splits: { train: part(train, notes), val: part(val, []) },
    reading: { labels, images: range === undefined ? {} : { range }, imageNames: IMAGE_NAMES, maximumPixels },
    cacheDir: cache ? cacheDir : undefined,
  });
}

function separateChannels({ id, images }: Case, channels: readonly string[]): AslError {
  return new AslError('ASL_OPTIONS_INVALID', 'the channels of pictures are files of their own', {
    where: images[1] ?? id,
    expected: 'one file for each picture, grey or with its three colours',
    received: `${images.length} files of ${id}: ${channels.join(', ')}`,
    remedy: 'save the channels that the network is to see as one RGB picture, CASE_0000, with channel_names R, G, B',
  });
}
