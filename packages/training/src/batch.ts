import { type Network, trainingLogits, type WeightedLogits } from '@auto-seg-loss/ops';
import { type Tensor3D, type Tensor4D, tensor3d, tensor4d, tidy } from '@tensorflow/tfjs-core';

interface LabelledBatch {
  /** n, h, w: of the images. */
  readonly shape: readonly [count: number, height: number, width: number];
  /** Class of each pixel, IGNORE_LABEL where ignored, [n, h, w]. */
  readonly labels: Int32Array;
}

/** Images with their labels, off the device, as a network takes them. */
export interface Batch extends LabelledBatch {
  /** Normalised, [n, h, w, 3]. */
  readonly images: Float32Array;
}

/** What an encoder made of images, in place of them, with their labels. */
export interface FeatureBatch extends LabelledBatch {
  /** As `NetworkHalves.encode` gives them, each [n, height, width, channels]. */
  readonly features: readonly {
    readonly shape: readonly [count: number, height: number, width: number, channels: number];
    readonly data: Float32Array;
  }[];
}

/** What a network is trained on and scored with. */
export type NetworkBatch = Batch | FeatureBatch;

/** What trainings take their batches from. */
export interface Batches {
  /**
   * The batch of an iteration, in arrays of its own.
   * @param iteration from 0. @param until batches before it will be wanted next: they may be read in the meantime.
   */
  batch(iteration: number, until: number): NetworkBatch | Promise<NetworkBatch>;
}

/** [n, h, w, 3] */
export function uploadImages({ images, shape }: Batch): Tensor4D {
  return tensor4d(images, [...shape, 3], 'float32');
}

/** [n, h, w] */
export function uploadLabels({ labels, shape }: LabelledBatch): Tensor3D {
  return tensor3d(labels, [...shape], 'int32');
}

/** A network's logits [n, h, w, c] for a batch. @param training as for `Network.forward`. */
export function logitsOf(network: Network, batch: NetworkBatch, training: boolean): Tensor4D {
  return tidy(() => {
    if (!('features' in batch)) return network.forward(uploadImages(batch), training);
    const [, height, width] = batch.shape;
    return halvesOf(network).forward(uploadFeatures(batch), [height, width], training);
  });
}

/** The logits that a network is trained by on a batch. To be called within `tidy`. */
export function trainingLogitsOf(network: Network, batch: NetworkBatch): readonly WeightedLogits[] {
  if (!('features' in batch)) return trainingLogits(network, uploadImages(batch));
  const [, height, width] = batch.shape;
  return halvesOf(network).trainingLogits(uploadFeatures(batch), [height, width]);
}

function uploadFeatures({ features }: FeatureBatch): Tensor4D[] {
  return features.map(({ data, shape }) => tensor4d(data, [...shape], 'float32'));
}

function halvesOf({ halves }: Network): NonNullable<Network['halves']> {
  if (halves === undefined) throw new Error('features are kept of networks that can be cut only');
  return halves;
}
