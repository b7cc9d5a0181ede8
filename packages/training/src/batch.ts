import { type Tensor3D, type Tensor4D, tensor3d, tensor4d } from '@tensorflow/tfjs-core';

/** Images with their labels, off the device, as a network takes them. */
export interface Batch {
  /** n, h, w. */
  readonly shape: readonly [count: number, height: number, width: number];
  /** Normalised, [n, h, w, 3]. */
  readonly images: Float32Array;
  /** Class of each pixel, IGNORE_LABEL where ignored, [n, h, w]. */
  readonly labels: Int32Array;
}

/** [n, h, w, 3] */
export function uploadImages({ images, shape }: Batch): Tensor4D {
  return tensor4d(images, [...shape, 3], 'float32');
}

/** [n, h, w] */
export function uploadLabels({ labels, shape }: Batch): Tensor3D {
  return tensor3d(labels, [...shape], 'int32');
}
