import { openEngine } from '@auto-seg-loss/engine';
import { type Decoder, mostProbable, Random, type ScoringOptions } from '@auto-seg-loss/kernel';
import type { Network } from '@auto-seg-loss/ops';
import { fc, test } from '@fast-check/vitest';
import { add, memory, mul, type Tensor4D, tensor4d, tidy } from '@tensorflow/tfjs-core';
import { beforeEach, describe, expect } from 'vitest';
import type { Size } from '../../src/data/resize-sample.ts';
import { ImagePredictor, type PredictorInputs } from '../../src/prediction/image-predictor.ts';
import type { SizedImage } from '../../src/prediction/window-rows.ts';
import { tinyNetwork } from '../tiny-network.ts';
import { wholeImages } from '../tiny-task.ts';
import { plainClasses } from './plain-prediction.ts';

const networkOf = (forward: (images: Tensor4D) => Tensor4D): Network => ({
  parameters: [],
  statistics: [],
  forward: (images) => tidy(() => forward(images)),
  dispose: () => undefined,
});
/** Its logits are the image's channels: what it says of a pixel depends on that pixel alone. */
const brightest = networkOf((images) => mul(images, 1));
/** Says of a pixel what depends on where in its window it lies. */
const placed = networkOf((images) => {
  const [n, h, w] = images.shape;
  const places = Float32Array.from({ length: n * h * w * 3 }, (_, i) => Math.sin(i * 1.7) * 2);
  return add(images, tensor4d(places, [n, h, w, 3]));
});

function noise([height, width]: Size, seed: number): SizedImage {
  const random = Random.fromSeed(seed);
  return {
    image: Uint8Array.from({ length: 3 * height * width }, () => random.integer(0, 255)),
    size: [height, width],
  };
}

const windows = (overlap: number): ScoringOptions => ({ ...wholeImages, mode: 'windows', overlap });
const sides = (max: number) => fc.tuple(fc.integer({ min: 1, max }), fc.integer({ min: 1, max }));
const overlaps = fc.double({ min: 0, max: 0.95, noNaN: true });

describe.each(['wasm', 'native'] as const)('predictions on the %s engine', (backend) => {
  beforeEach(async ({ skip }) => {
    const engine = await openEngine({ backend: backend === 'native' ? 'auto' : backend, threads: 1 });
    skip(engine.backend !== backend, 'the native engine is not installed: asl engine install');
  });
  const shared = { network: brightest, classes: 3, size: [6, 8], images: 'crops', scoring: wholeImages } as const;
  const predicted = async (image: SizedImage, inputs: Partial<PredictorInputs>, probabilities = false) => {
    const before = memory().numTensors;
    const prediction = await new ImagePredictor({ ...shared, ...inputs }).predict(image, { probabilities });
    expect(memory().numTensors).toBe(before);
    if (prediction === undefined) throw new Error('the logits are not finite');
    return prediction;
  };

  test.prop([sides(20), sides(9), overlaps, fc.nat(99)], { numRuns: 40 })(
    'by windows of a network that sees single pixels are those of the whole image, to the digit',
    async (size, window, overlap, seed) => {
      const image = noise(size, seed);
      const whole = await predicted(image, {}, true);
      const slid = await predicted(image, { size: window, scoring: windows(overlap) }, true);
      expect(slid).toEqual(whole);
    },
  );

  test('by one window of the image’s size are those of the whole image', async () => {
    const network = tinyNetwork.build(3, Random.fromSeed(4));
    const image = noise([13, 17], 2);
    const whole = await predicted(image, { network, size: [13, 17], images: 'fitted' }, true);
    const one = await predicted(image, { network, size: [13, 17], scoring: windows(0.7) }, true);
    network.dispose();
    expect(one).toEqual(whole);
  });

  test.prop([sides(14), sides(7), overlaps, fc.boolean(), fc.nat(99)], { numRuns: 30 })(
    'are those of plain loops over windows and mirrored images',
    async (size, window, overlap, flip, seed) => {
      const image = noise(size, seed);
      const scoring = { ...windows(overlap), flip };
      const { classes } = await predicted(image, { network: placed, size: window, scoring });
      const { best, margin } = plainClasses(image, window, overlap, flip, (i) => Math.sin(i * 1.7) * 2);
      // Values that differ by a rounding alone may change places.
      classes.forEach((c, pixel) => {
        if ((margin[pixel] as number) > 1e-4) expect(c).toBe(best[pixel]);
      });
    },
  );

  test('of an image that is its own mirror image are so too, where both are averaged', async () => {
    const half = noise([9, 7], 5);
    const image = new Uint8Array(9 * 14 * 3);
    for (let y = 0; y < 9; y++) {
      for (let x = 0; x < 14; x++) {
        const from = 3 * (y * 7 + (x < 7 ? x : 13 - x));
        image.set(half.image.subarray(from, from + 3), 3 * (y * 14 + x));
      }
    }
    const network = tinyNetwork.build(3, Random.fromSeed(13));
    const of = (scales: readonly number[]) =>
      predicted({ image, size: [9, 14] }, { network, scoring: { ...wholeImages, flip: true, scales } }, true);
    const { classes, probabilities } = await of([1]);
    const scaled = await of([1, 0.5]);
    network.dispose();
    const mirrored = <T extends Uint8Array | Float32Array>(values: T) =>
      values.map((_, i) => values[i - (i % 14) + 13 - (i % 14)] as number);
    expect(classes).toEqual(mirrored(classes));
    expect(probabilities).toEqual(mirrored(probabilities ?? new Float32Array()));
    // Where logits are interpolated, to a rounding.
    const other = mirrored(scaled.probabilities ?? new Float32Array());
    scaled.probabilities?.forEach((value, i) => {
      expect(Math.abs(value - (other[i] as number))).toBeLessThan(1e-6);
    });
    expect(new Set(classes).size).toBeGreaterThan(1);
  });

  test('at several scales are of the mean of the probabilities at each', async () => {
    const image = noise([10, 12], 3);
    const of = async (scales: readonly number[]) =>
      (await predicted(image, { network: placed, scoring: { ...wholeImages, scales } }, true)).probabilities ?? [];
    const [one, half, twice] = [await of([1]), await of([0.5]), await of([2])];
    const together = await of([1, 0.5, 2]);
    expect(together.length).toBe(360);
    together.forEach((value, i) => {
      const mean = ((one[i] as number) + (half[i] as number) + (twice[i] as number)) / 3;
      expect(Math.abs(value - mean)).toBeLessThan(1e-6);
    });
  });

  test('have probabilities that add up to 1, and do not depend on whether those are asked for', async () => {
    const image = noise([11, 9], 8);
    for (const scoring of [wholeImages, windows(0.5), { ...windows(0.3), flip: true, scales: [1, 1.5] }]) {
      const { classes, probabilities } = await predicted(image, { network: placed, scoring }, true);
      expect((await predicted(image, { network: placed, scoring })).classes).toEqual(classes);
      for (let pixel = 0; pixel < 99; pixel++) {
        const total = [0, 1, 2].reduce((sum, c) => sum + (probabilities?.[c * 99 + pixel] ?? Number.NaN), 0);
        expect(Math.abs(total - 1)).toBeLessThan(1e-6);
      }
    }
  });

  test.prop([sides(20), fc.nat(99)], { numRuns: 30 })(
    'at the image’s own size are taken on the device: of equal logits the lowest class too',
    async (size, seed) => {
      const { image } = noise(size, seed);
      // So few values that most pixels have equal ones.
      const few = { image: image.map((value) => 100 * Math.floor(value / 100)), size };
      const { classes } = await predicted(few, {}, true);
      expect((await predicted(few, {})).classes).toEqual(classes);
    },
  );

  test('are decoded from the probabilities that are asked for; what needs none is not asked, and asks for none', async () => {
    const image = noise([11, 9], 8);
    const asked: Float32Array[] = [];
    const least: Decoder = {
      name: 'least',
      needsProbabilities: true,
      decode: (probabilities, of) => {
        asked.push(probabilities.slice());
        expect(of).toEqual({ classes: 3, height: 11, width: 9 });
        return mostProbable.decode(
          probabilities.map((p) => -p),
          of,
        );
      },
    };
    const silent: Decoder = {
      ...mostProbable,
      decode: () => {
        throw new Error('it needs no probabilities');
      },
    };
    for (const scoring of [wholeImages, windows(0.5), { ...windows(0.3), flip: true, scales: [1, 1.5] }]) {
      const predictor = new ImagePredictor({ ...shared, network: placed, scoring });
      const whole = await predicted(image, { network: placed, scoring }, true);
      const both = await predictor.predict(image, { decoders: [silent, least] });
      expect(both).toMatchObject({ classes: whole.classes, probabilities: undefined });
      expect(both?.decoded[0]).toEqual(whole.classes);
      expect(asked.pop()).toEqual(whole.probabilities);
      const pixel = both?.decoded[1]?.[40] as number;
      const own = [0, 1, 2].map((c) => whole.probabilities?.[c * 99 + 40] as number);
      expect(own[pixel]).toBe(Math.min(...own));
      expect((await predictor.predict(image, { decoders: [silent] }))?.decoded).toEqual([whole.classes]);
    }
  });

  test('of a network that was trained on fitted images are of the image at that size', async () => {
    const seen: number[][] = [];
    const network = networkOf((images) => {
      seen.push(images.shape.slice(1, 3));
      return mul(images, 1);
    });
    await predicted(noise([20, 30], 1), { network, images: 'fitted', scoring: { ...wholeImages, scales: [1, 2] } });
    await predicted(noise([20, 30], 1), { network, images: 'crops', scoring: { ...wholeImages, scales: [0.5] } });
    await predicted(noise([4, 30], 1), { network, images: 'fitted', scoring: windows(0) });
    expect(seen).toEqual([[6, 8], [12, 16], [10, 15], ...Array.from({ length: 4 }, () => [6, 8])]);
  });

  test('are none where a logit of the last window is not finite', async () => {
    const before = memory().numTensors;
    let calls = 0;
    const network = networkOf((images) => mul(images, ++calls === 4 ? Number.NaN : 1));
    const predictor = new ImagePredictor({ ...shared, network, scoring: windows(0) });
    expect(await predictor.predict(noise([12, 16], 1))).toBeUndefined();
    expect(calls).toBe(4);
    expect(memory().numTensors).toBe(before);
  });

  test('end between two windows where that is asked', async () => {
    const stop = new AbortController();
    let calls = 0;
    const network = networkOf((images) => {
      calls += 1;
      if (calls === 2) stop.abort(new Error('enough'));
      return mul(images, 1);
    });
    const predictor = new ImagePredictor({ ...shared, network, scoring: windows(0) });
    await expect(predictor.predict(noise([12, 16], 1), { signal: stop.signal })).rejects.toThrow('enough');
    expect(calls).toBe(2);
  });
});
