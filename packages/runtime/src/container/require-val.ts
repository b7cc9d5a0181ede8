import { AslError, type Dataset } from '@auto-seg-loss/kernel';

/**
 * Of what reports: that there is something to report on. A search needs no val split; it never sees it.
 * @throws AslError ASL_DATA_MISSING for a data set without val images.
 */
export function requireVal(dataset: Dataset): Dataset {
  if (dataset.val.ids.length > 0) return dataset;
  throw new AslError('ASL_DATA_MISSING', 'there are no val images, and networks are compared on those alone', {
    where: `dataset "${dataset.name}"`,
    expected: 'a val split: images that no search and no training has seen',
    received: 'none',
    remedy:
      'name images for dataset.val; where there are none, have some taken off the training images (of the data set folder: ' +
      '"val": { "fraction": 0.2 }), and search again without those',
  });
}
