import { type Dataset, isAslError, type Sample, type Split } from '@auto-seg-loss/kernel';
import { type LoadedRun, pluginContext } from '@auto-seg-loss/plugin-host';
import { type DatasetInspection, inspectDataset } from '@auto-seg-loss/training/data';
import { assembleRun } from '../container/assemble-run.ts';

/** A sample that cannot be used. */
export interface UnreadableSample {
  readonly split: 'train' | 'val';
  readonly id: string;
  /** The whole error, as a command that trains would show it. */
  readonly error: string;
}

/** What is in the data of a config. */
export interface DataReport extends DatasetInspection {
  readonly classes: readonly string[];
  /** Red, green, blue of each class; undefined where the data set has none. */
  readonly colors: Dataset['colors'];
  /** Ids of the samples that the inspections of train and val are about, in their order. */
  readonly ids: { readonly train: readonly string[]; readonly val: readonly string[] };
  /** Samples that are left out of everything else here. */
  readonly unreadable: readonly UnreadableSample[];
  /** What was decided to find the samples, in sentences. */
  readonly notes: readonly string[];
  /** Some samples of both splits, evenly spread. */
  readonly examples: readonly { readonly split: 'train' | 'val'; readonly sample: Sample }[];
}

export interface LookAtDataOptions {
  /** How many samples of both splits together `examples` holds at the most. */
  readonly examples: number;
  readonly onProgress?: (read: number, count: number) => void;
  readonly signal?: AbortSignal;
}

/**
 * Reads all data of a config and says what is in it. What cannot be read is counted, not thrown.
 * @throws AslError for a data set that cannot be opened.
 */
export async function lookAtData(loaded: LoadedRun, options: LookAtDataOptions): Promise<DataReport> {
  const run = await assembleRun(loaded.config, pluginContext(loaded.baseDir, loaded));
  try {
    const dataset = await run.dataset;
    const { signal, onProgress } = options;
    const watched = signal === undefined ? {} : { signal };
    const unreadable: UnreadableSample[] = [];
    const total = 2 * (dataset.train.ids.length + dataset.val.ids.length);
    let read = 0;
    const count = (): void => onProgress?.(++read, total);
    // A sample that was decoded is cached: reading it again costs little.
    const train = await readable(dataset.train, 'train', unreadable, count, watched);
    const val = await readable(dataset.val, 'val', unreadable, count, watched);
    const inspection = await inspectDataset({ ...dataset, train, val }, { ...watched, onProgress: count });
    return {
      ...inspection,
      classes: dataset.classes,
      colors: dataset.colors,
      ids: { train: train.ids, val: val.ids },
      unreadable,
      notes: [...(dataset.train.notes ?? []), ...(dataset.val.notes ?? [])],
      examples: await examplesOf({ train, val }, options.examples),
    };
  } finally {
    await run.dispose();
  }
}

/** The samples of a split that can be read. */
async function readable(
  split: Split,
  name: 'train' | 'val',
  unreadable: UnreadableSample[],
  onRead: () => void,
  { signal }: { readonly signal?: AbortSignal },
): Promise<Split> {
  const good: number[] = [];
  for (const [index, id] of split.ids.entries()) {
    signal?.throwIfAborted();
    try {
      await split.read(index);
      good.push(index);
    } catch (error) {
      if (!isAslError(error)) throw error;
      unreadable.push({ split: name, id, error: error.format() });
    }
    onRead();
  }
  return { ids: good.map((index) => split.ids[index] ?? ''), read: (index) => split.read(good[index] ?? index) };
}

async function examplesOf(
  splits: Readonly<Record<'train' | 'val', Split>>,
  most: number,
): Promise<DataReport['examples']> {
  const wanted = { train: Math.ceil((2 * most) / 3), val: Math.floor(most / 3) };
  const examples: { readonly split: 'train' | 'val'; readonly sample: Sample }[] = [];
  for (const split of ['train', 'val'] as const) {
    const { ids } = splits[split];
    const count = Math.min(wanted[split], ids.length);
    for (let i = 0; i < count; i++) {
      examples.push({ split, sample: await splits[split].read(Math.floor(((i + 0.5) * ids.length) / count)) });
    }
  }
  return examples;
}
