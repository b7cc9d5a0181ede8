import { openEngine } from '@auto-seg-loss/engine';
import { type Decoder, IGNORE_LABEL, mostProbable, type Sample } from '@auto-seg-loss/kernel';
import type { Network } from '@auto-seg-loss/ops';
import { memory, mul, type Tensor4D, tensor4d, tidy } from '@tensorflow/tfjs-core';
import { beforeEach, describe, expect, test } from 'vitest';
import { scoreLabels } from '../src/score-labels.ts';
import { splitOf } from './data/fixtures.ts';
import { accuracy, wholeImages } from './tiny-task.ts';

/** Its logits are the image's channels, so the brightest channel is the predicted class. */
const networkOf = (forward: (images: Tensor4D) => Tensor4D): Network => ({
  parameters: [],
  statistics: [],
  forward: (images, training) => {
    expect(training).toBe(false);
    return tidy(() => forward(images));
  },
  dispose: () => undefined,
});
const brightest = networkOf((images) => mul(images, 1));

/** An image whose pixels are of pure colours. @param pixels predicted class and label, row by row. */
function sampleOf(id: string, width: number, pixels: readonly (readonly [predicted: number, label: number])[]): Sample {
  return {
    id,
    width,
    height: pixels.length / width,
    image: Uint8Array.from(pixels.flatMap(([predicted]) => [0, 1, 2].map((c) => (c === predicted ? 255 : 0)))),
    label: Uint8Array.from(pixels, ([, label]) => label),
  };
}

/** A sample of one colour, labelled class 0 but for a wire of class 1 in one column. */
function wireSample(id: string, height: number, width: number, column: number): Sample {
  const pixels = Array.from({ length: height * width }, (_, i) => [0, i % width === column ? 1 : 0] as const);
  return sampleOf(id, width, pixels);
}

describe.each(['wasm', 'native'] as const)('scoring at the size of the labels on the %s engine', (backend) => {
  beforeEach(async ({ skip }) => {
    const engine = await openEngine({ backend: backend === 'native' ? 'auto' : backend, threads: 1 });
    skip(engine.backend !== backend, 'the native engine is not installed: asl engine install');
  });
  const shared = { metrics: [accuracy], classes: 3, images: 'fitted', scoring: wholeImages } as const;
  const scored = async (samples: readonly Sample[], size: readonly [number, number], network = brightest) => {
    const before = memory().numTensors;
    const indices = samples.map((_, index) => index);
    const scores = await scoreLabels({ ...shared, network, split: splitOf(samples), indices, size });
    expect(memory().numTensors).toBe(before);
    if (scores.status !== 'complete') throw new Error(scores.reason);
    return scores;
  };

  test('a wire of one pixel counts, however small the network’s images are', async () => {
    const { metrics, coverage } = await scored([wireSample('a', 40, 50, 10), wireSample('b', 40, 50, 44)], [8, 8]);
    expect(metrics.accuracy?.perClass).toEqual([1, 0, null]);
    expect(coverage).toEqual({
      images: 2,
      pixels: 4000,
      ignored: 0,
      present: [3920, 80, 0],
      predicted: [4000, 0, 0],
    });
  });

  test('labels of different sizes are each scored at their own, more of them than are read at once', async () => {
    const sizes = [
      [8, 12],
      [16, 24],
      [9, 31],
      [1, 1],
      [70, 3],
      [8, 12],
    ] as const;
    const samples = sizes.map(([height, width], index) =>
      sampleOf(`${index}`, width, new Array(height * width).fill([index % 3, index === 3 ? IGNORE_LABEL : index % 3])),
    );
    const { metrics, coverage } = await scored(samples, [8, 12]);
    expect(metrics.accuracy?.perClass).toEqual([1, 1, 1]);
    expect(coverage).toMatchObject({ images: 6, ignored: 1, present: [96, 384 + 210, 279 + 96] });
    expect(coverage.predicted).toEqual(coverage.present);
  });

  test('at the label’s size, where the images have that size too, predictions are the network’s own', async () => {
    const pixels = Array.from({ length: 48 }, (_, i) => [(i * 7) % 3, (i * 5) % 3] as const);
    const { metrics } = await scored([sampleOf('a', 8, pixels)], [6, 8]);
    const of = (c: number) => pixels.filter(([, label]) => label === c);
    expect(metrics.accuracy?.perClass).toEqual(
      [0, 1, 2].map((c) => of(c).filter(([predicted]) => predicted === c).length / of(c).length),
    );
  });

  test('logits are what is resized, not classes: a border lies where they are equal', async () => {
    // Between the centres of both pixels at (x + ½)/4 - ½, class 0 falls from 3 to 0 and class 1 rises from 0 to 1: equal at ¾.
    const fixed = networkOf(() => tensor4d([3, 0, -9, /**/ 0, 1, -9], [1, 1, 2, 3]));
    const pixels = [0, 0, 0, 0, 0, 1, 1, 1].map((label) => [0, label] as const);
    const { metrics } = await scored([sampleOf('a', 8, pixels)], [1, 2], fixed);
    expect(metrics.accuracy?.perClass).toEqual([1, 1, null]);
  });

  test('each decoder has scores of its own, of one pass over the images', async () => {
    const pixels = Array.from({ length: 48 }, (_, i) => [(i * 7) % 3, (i * 5) % 3] as const);
    const samples = [sampleOf('a', 8, pixels), wireSample('b', 6, 8, 3)];
    const last: Decoder = {
      name: 'last',
      needsProbabilities: true,
      decode: (probabilities) => new Uint8Array(probabilities.length / 3).fill(2),
    };
    const seen: (readonly Uint8Array[])[] = [];
    const scores = await scoreLabels({
      ...shared,
      decoders: [last, mostProbable],
      network: brightest,
      split: splitOf(samples),
      indices: [0, 1],
      size: [6, 8],
      onImage: ({ predictions }) => seen.push(predictions),
    });
    if (scores.status !== 'complete') throw new Error(scores.reason);
    const { decoded, metrics, coverage } = scores;
    expect(decoded[0]).toEqual({ metrics, coverage });
    expect(coverage.predicted).toEqual([0, 0, 96]);
    const alone = await scored(samples, [6, 8]);
    expect(decoded[1]).toEqual({ metrics: alone.metrics, coverage: alone.coverage });
    expect(seen.map((predictions) => predictions.map((one) => one[1]))).toEqual([
      [2, 1],
      [2, 0],
    ]);
  });

  test.each([Number.NaN, Number.POSITIVE_INFINITY])('a logit of %s is no prediction', async (bad) => {
    const before = memory().numTensors;
    const split = splitOf([wireSample('a', 4, 4, 0)]);
    const network = networkOf((images) => mul(images, bad));
    const scores = await scoreLabels({ ...shared, network, split, indices: [0], size: [4, 4] });
    expect(scores).toEqual({ status: 'failed', reason: 'logits-not-finite' });
    expect(memory().numTensors).toBe(before);
  });

  test('gives up when it is aborted, and tells of each image before', async () => {
    const split = splitOf([wireSample('a', 4, 4, 0), wireSample('b', 4, 4, 0), wireSample('c', 4, 4, 0)]);
    const stop = new AbortController();
    const reason = new Error('enough');
    let images = 0;
    const onImage = () => {
      images += 1;
      if (images === 2) stop.abort(reason);
    };
    const inputs = { ...shared, network: brightest, split, indices: [0, 1, 2], size: [4, 4] as const };
    await expect(scoreLabels({ ...inputs, onImage, signal: stop.signal })).rejects.toBe(reason);
    expect(images).toBe(2);
  });

  test('a sample that is not what it says is an error here too', async () => {
    const broken = { ...wireSample('a', 4, 4, 0), label: new Uint8Array(16).fill(7) };
    const scoring = scoreLabels({
      ...shared,
      network: brightest,
      split: splitOf([broken]),
      indices: [0],
      size: [4, 4],
    });
    await expect(scoring).rejects.toMatchObject({ code: 'ASL_DATA_INVALID', details: { where: 'a' } });
  });
});
