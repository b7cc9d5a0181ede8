import type { Dataset } from '@auto-seg-loss/kernel';
import { readSamples } from '../read-samples.ts';
import { findTwins, type Twins } from './find-twins.ts';
import { type SplitInspection, SplitInspector } from './split-inspector.ts';

/** What is in a data set. */
export interface DatasetInspection {
  readonly train: SplitInspection;
  readonly val: SplitInspection;
  /** Images of train that are in val too, or nearly so. */
  readonly shared: readonly SharedTwins[];
}

/** Equal or nearly equal images of both splits, by their indices in each. */
export interface SharedTwins extends Omit<Twins, 'images'> {
  readonly train: readonly number[];
  readonly val: readonly number[];
}

/** Reads every image of both splits once, and says what is in them. @throws AslError for data that cannot be read. */
export async function inspectDataset(
  dataset: Dataset,
  options: {
    readonly onProgress?: (read: number, count: number) => void;
    readonly signal?: AbortSignal;
  } = {},
): Promise<DatasetInspection> {
  const classes = dataset.classes.length;
  const total = dataset.train.ids.length + dataset.val.ids.length;
  let before = 0;
  const look = async (split: 'train' | 'val'): Promise<SplitInspector> => {
    const inspector = new SplitInspector(classes);
    await readSamples(dataset[split], {
      classes,
      visit: (sample, index) => inspector.add(sample, index),
      onProgress: (read) => options.onProgress?.(before + read, total),
      ...(options.signal === undefined ? {} : { signal: options.signal }),
    });
    before += dataset[split].ids.length;
    return inspector;
  };
  const train = await look('train');
  const val = await look('val');
  const boundary = dataset.train.ids.length;
  const shared = findTwins([...train.prints, ...val.prints]).flatMap(({ images, ...twins }): SharedTwins[] => {
    const inTrain = images.filter((index) => index < boundary);
    const inVal = images.filter((index) => index >= boundary).map((index) => index - boundary);
    return inTrain.length === 0 || inVal.length === 0 ? [] : [{ ...twins, train: inTrain, val: inVal }];
  });
  return { train: train.result(), val: val.result(), shared };
}
