import { Random } from '@auto-seg-loss/kernel';
import { type Tensor3D, type Tensor4D, tensor3d, tensor4d } from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { drawAlbum } from '../pictures/draw-album.ts';
import type { Album } from '../pictures/picture.ts';

/** How a network's logits come of a prediction. */
export interface Softness {
  /** Logit of the predicted class above the others: 0.1 is nearly flat, 200 is 0 and 1 in float32. */
  readonly confidence: number;
  /** Deviation of what is added to each logit. */
  readonly noise: number;
  readonly seed: number;
}

/** From flat softmax outputs to saturated ones. */
export const softness: fc.Arbitrary<Softness> = fc.record({
  confidence: fc.constantFrom(2, 0, 0.1, 1, 5, 20, 200),
  noise: fc.constantFrom(0, 0.5, 2, 20),
  seed: fc.nat(1000),
});

/** Softmax outputs far from 0 and 1, where differences in float32 say something. */
export const mildSoftness: fc.Arbitrary<Softness> = fc.record({
  confidence: fc.constantFrom(1, 0, 2),
  noise: fc.constantFrom(0.5, 1),
  seed: fc.nat(1000),
});

/** Binary: what is predicted has probability 1. */
export const CERTAIN: Softness = { confidence: 200, noise: 0, seed: 0 };

/** Pictures of one size, as a network gives them: [n, h, w, c] and [n, h, w]. */
export interface Batch {
  readonly shape: readonly [n: number, h: number, w: number, c: number];
  readonly logits: Float32Array;
  readonly labels: Int32Array;
}

/** @param album whose pictures have one size. */
export function batchOf({ classes, pictures }: Album, { confidence, noise, seed }: Softness): Batch {
  const random = Random.fromSeed(seed);
  const { height = 0, width = 0 } = pictures[0] ?? {};
  const logits = pictures.flatMap(({ prediction }) =>
    Array.from(prediction).flatMap((predicted) =>
      Array.from({ length: classes }, (_, c) => (c === predicted ? confidence : 0) + noise * random.normal()),
    ),
  );
  return {
    shape: [pictures.length, height, width, classes],
    logits: Float32Array.from(logits),
    labels: Int32Array.from(pictures.flatMap(({ label }) => Array.from(label))),
  };
}

/** Uploads a batch. The tensors are the caller's. */
export function upload({ shape, logits, labels }: Batch): { readonly logits: Tensor4D; readonly labels: Tensor3D } {
  const [n, h, w] = shape;
  return { logits: tensor4d(logits, [...shape]), labels: tensor3d(labels, [n, h, w], 'int32') };
}

export function showSoft(album: Album, { confidence, noise, seed }: Softness): string {
  return `${drawAlbum(album)}\nlogits: ${confidence} at the prediction, noise ${noise} (seed ${seed})`;
}
