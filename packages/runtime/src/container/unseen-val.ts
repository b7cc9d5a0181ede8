import { AslError, type Dataset } from '@auto-seg-loss/kernel';

/**
 * Refuses a data set with an image in both splits: what is reported on would have been trained on.
 * @throws AslError ASL_CONFIG_LEAK naming the image.
 */
export function unseenVal(dataset: Dataset): Dataset {
  const train = new Set(dataset.train.ids);
  const shared = dataset.val.ids.filter((id) => train.has(id));
  const [first] = shared;
  if (first === undefined) return dataset;
  throw new AslError(
    'ASL_CONFIG_LEAK',
    'images of the val split are in the training split too, so reports would show training',
    {
      where: `dataset "${dataset.name}"`,
      expected: 'splits without an image in common',
      received: shared.length === 1 ? first : `${shared.length} images in both, the first ${first}`,
    },
  );
}
