import type { Sample, Split, TrainingOptions } from '@auto-seg-loss/kernel';
import { CropStore } from './crop-store.ts';
import type { LabelCounts } from './label-counts.ts';
import type { Size } from './resize-sample.ts';
import { SampleStore } from './sample-store.ts';
import type { Pixels } from './warp-sample.ts';

/** What training batches are made of. */
export interface TrainingSamples {
  /** Whether samples are of `size` already, or of their own. */
  readonly images: TrainingOptions['images'];
  /** Of the network's input. */
  readonly size: Size;
  readonly count: number;
  /** Whether all of them are in memory: `sample` then gives none that has to be waited for. */
  readonly held: boolean;
  /** Not to be written to. @throws AslError ASL_DATA_MISSING or ASL_DATA_INVALID where it has to be read again and cannot be. */
  sample(index: number): Pixels | Promise<Pixels>;
  /** Of a sample's label as it is in its file. */
  labelCounts(index: number): LabelCounts;
}

/** Which images a split is read for. */
export interface LoadOptions extends Pick<TrainingOptions, 'images' | 'size'> {
  readonly classes: number;
  /** The options that say so, for messages: `training`. */
  readonly where: string;
  /** Called with each sample as it was read, at the size of the files, in whatever order they come. */
  readonly visit?: (sample: Sample, index: number) => void;
}

/** Reads a split for a training, fitted or to be cropped. @throws AslError as `SampleStore.load` and `CropStore.load`. */
export function loadTrainingSamples(split: Split, options: LoadOptions): Promise<SampleStore | CropStore> {
  return options.images === 'crops' ? CropStore.load(split, options) : SampleStore.load(split, options);
}
