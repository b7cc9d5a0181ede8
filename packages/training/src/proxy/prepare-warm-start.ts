import type { Checkpoint } from '../checkpoint.ts';
import type { CropStore } from '../data/crop-store.ts';
import type { SampleStore } from '../data/sample-store.ts';
import { loadTrainingSamples, type TrainingSamples } from '../data/training-samples.ts';
import { trainWarmStart } from '../warm-start.ts';
import type { ProxyInputs } from './proxy-inputs.ts';

/** Reads or trains the network that trials start from; undefined where they start from fresh weights. @throws as `trainWarmStart`. */
export async function prepareWarmStart(
  inputs: ProxyInputs,
  samples: TrainingSamples,
  indices: readonly number[],
): Promise<Checkpoint | undefined> {
  const { dataset, architecture, warmStart, random, options } = inputs;
  if (options.warmStart === null) return undefined;
  if (warmStart === undefined) throw new Error('a warm start needs its loss and its path');
  const classes = dataset.classes.length;
  return trainWarmStart({
    ...inputs,
    ...warmStart,
    architecture,
    classes,
    store: samples,
    indices,
    options: options.warmStart,
    random: random.split('warm-start'),
    fingerprint: await dataset.fingerprint(),
  });
}

/** The samples that trials have, as far as the warm start's are the same; undefined without a warm start. */
export async function startSamplesFor(
  { dataset, options: { warmStart } }: Pick<ProxyInputs, 'dataset' | 'options'>,
  store: SampleStore | CropStore,
): Promise<TrainingSamples | undefined> {
  if (warmStart === null) return undefined;
  const { images, size } = warmStart;
  const where = 'proxy.warmStart';
  const sameSize = size[0] === store.size[0] && size[1] === store.size[1];
  if (images === store.images && sameSize) return store;
  if (images === 'crops' && store.images === 'crops') return store.withCrops({ size, where });
  return loadTrainingSamples(dataset.train, { images, size, classes: dataset.classes.length, where });
}
