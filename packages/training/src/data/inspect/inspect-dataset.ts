import type { Dataset } from '@auto-seg-loss/kernel';
import { readSamples } from '../read-samples.ts';
import { type SharedTwins, sharedTwins } from './shared-twins.ts';
import { type SplitInspection, SplitInspector } from './split-inspector.ts';

/** What is in a data set. */
export interface DatasetInspection {
  readonly train: SplitInspection;
  readonly val: SplitInspection;
  /** Images of train that are in val too, or nearly so. */
  readonly shared: readonly SharedTwins[];
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
  return { train: train.result(), val: val.result(), shared: sharedTwins(train.prints, val.prints) };
}
