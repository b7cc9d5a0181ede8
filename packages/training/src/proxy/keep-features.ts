import { AslError } from '@auto-seg-loss/kernel';
import type { Architecture } from '@auto-seg-loss/ops';
import { type Checkpoint, takeCheckpoint } from '../checkpoint.ts';
import type { CropStore } from '../data/crop-store.ts';
import type { Partition } from '../data/partition.ts';
import type { SampleStore } from '../data/sample-store.ts';
import { FeatureStore } from '../features/feature-store.ts';
import { encoderOf } from '../features/halves-of.ts';
import { firstNetwork } from './first-networks.ts';
import type { ProxyInputs } from './proxy-inputs.ts';
import type { KeptFeaturesOptions } from './proxy-options.ts';

/** Features, and the encoder that they are of. */
export interface KeptFeatures {
  readonly features: FeatureStore;
  readonly encoder: Checkpoint;
}

/**
 * Computes what the encoder of a first network makes of the images.
 * @returns the features, the caller's, and the encoder that they are of.
 * @throws AslError ASL_CONFIG_INVALID for networks without an encoder, with a fresh one, or on crops; as `FeatureStore.make`.
 */
export async function keepFeatures(
  inputs: ProxyInputs,
  keptFeatures: KeptFeaturesOptions,
  parts: {
    readonly store: SampleStore | CropStore;
    readonly partition: Partition;
    readonly start: Checkpoint | undefined;
  },
): Promise<KeptFeatures> {
  const { architecture, options, random } = inputs;
  const { store, partition, start } = parts;
  const network = firstNetwork(inputs, { start, encoder: undefined }, 'sample');
  try {
    if (network.halves === undefined) throw notCut(architecture);
    if (start === undefined && architecture.weights === undefined) throw ofFreshEncoder(architecture);
    const features = await FeatureStore.make({
      ...inputs,
      train: partition.train,
      // Whole images at their own sizes are seen by the whole network: features of one of 2048 × 1024 pixels may take 150 MB.
      reward: store.images === 'crops' ? [] : partition.reward,
      network,
      store,
      options: keptFeatures,
      augment: options.augment,
      normalization: architecture.normalization,
      random: random.split('views'),
    });
    return { features, encoder: takeCheckpoint(encoderOf(network)) };
  } finally {
    network.dispose();
  }
}

function notCut({ name }: Architecture): AslError {
  return new AslError('ASL_CONFIG_INVALID', `network "${name}" has no encoder whose features could be kept`, {
    where: 'proxy.keptFeatures',
    expected: 'a network with an encoder: deeplabv3plus, pspnet',
    received: name,
    remedy: 'set proxy.keptFeatures to null, or name such a network',
  });
}

function ofFreshEncoder({ name }: Architecture): AslError {
  return new AslError('ASL_CONFIG_INVALID', 'features of an encoder that nobody trained are worth nothing', {
    where: 'proxy.keptFeatures',
    expected: 'an encoder that begins with weights (network.weights), or a warm start (proxy.warmStart)',
    received: `network "${name}" with fresh weights`,
    remedy: 'name weights, such as efficientnet-lite0 of "asl weights list", or set proxy.keptFeatures to null',
  });
}
