import type { Tensor4D } from '@tensorflow/tfjs-core';

/** Pixels of the image for one pixel of an encoder's last features. */
export type OutputStride = 8 | 16 | 32;

/**
 * What an encoder has made of images [n, h, w, 3]: features [n, h/s, w/s, c] of its four stages, at strides s of 4, 8, 16 and 32, but
 * nowhere above its output stride. Sizes are rounded up.
 */
export type Features = readonly [Tensor4D, Tensor4D, Tensor4D, Tensor4D];

/** An encoder with its variables bound. */
export interface Backbone {
  /** Of the four stages' features. */
  readonly channels: readonly [number, number, number, number];
  /** @param training as for `Network.forward`. */
  forward(images: Tensor4D, training: boolean): Features;
}
