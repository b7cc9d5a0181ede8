import { type Curve, type Piece, piecewiseCurve, Random } from '@auto-seg-loss/kernel';
import { outlineSums, type PackedCurve } from '@auto-seg-loss/ops';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { bezierSurrogate } from '../../../plugins/surrogate-bezier/src/bezier-surrogate.ts';
import { linearSurrogate } from '../../../plugins/surrogate-linear/src/linear-surrogate.ts';
import { nativeInstalled, open } from '../../engine/test/engines.ts';
import { monotonicity, truthTable } from '../../testing/src/curves/reference-constraints.ts';
import { packCurve } from '../src/curve-tensor.ts';
import { type OutlineTask, plainOutlineSums } from './plain-outline-sums.ts';

type Shape = OutlineTask['shape'];
type Four<T> = readonly [T, T, T, T];

// What is tried of each way through the kernel: odd sizes, images of one pixel's width, height and both, one class, more
// classes than a word has bits, tolerances up to windows larger than the image.
const batches: readonly { readonly shape: Shape; readonly tolerance: number }[] = [
  { shape: [2, 9, 13, 5], tolerance: 1 },
  { shape: [1, 7, 11, 3], tolerance: 0 },
  { shape: [3, 5, 8, 21], tolerance: 2 },
  { shape: [1, 17, 1, 4], tolerance: 3 },
  { shape: [1, 1, 23, 6], tolerance: 5 },
  { shape: [2, 1, 1, 3], tolerance: 1 },
  { shape: [1, 6, 7, 70], tolerance: 60 },
  { shape: [1, 4, 5, 1], tolerance: 1 },
  { shape: [1, 3, 230, 3], tolerance: 4 }, // a row of more values than are treated at a time
];

const families = {
  bezier: (pieces: number) => bezierSurrogate(pieces),
  linear: (pieces: number) => linearSurrogate(pieces - 1),
};

/** A rising curve of so many pieces of some width. */
function curveOf(family: keyof typeof families, pieces: number, random: Random): Curve {
  const surrogate = families[family](pieces);
  const constraints = [truthTable, monotonicity];
  const theta = Array.from({ length: surrogate.dimensions(constraints) }, () => 0.1 + 0.5 * random.uniform());
  return surrogate.decode(theta, constraints);
}

/** The same with a step of nothing's width in its midst. */
function withStep(curve: Curve, random: Random): Curve {
  const pieces = curve.pieces as readonly Piece[];
  const rise = 0.2 + 0.3 * random.uniform();
  const lower = (y: number) => y * (1 - rise);
  const after = Math.floor(pieces.length / 2);
  const { x2: x, y2: y } = pieces[after] as Piece;
  const low = pieces.slice(0, after + 1).map((p) => ({ ...p, y0: lower(p.y0), y1: lower(p.y1), y2: lower(p.y2) }));
  const high = pieces.slice(after + 1).map((p) => ({
    ...p,
    y0: lower(p.y0) + rise,
    y1: lower(p.y1) + rise,
    y2: lower(p.y2) + rise,
  }));
  const step: Piece = { x0: x, y0: lower(y), x1: x, y1: lower(y), x2: x, y2: lower(y) + rise };
  return piecewiseCurve(curve.points, [...low, step, ...high]);
}

function taskOf(
  { shape, tolerance }: (typeof batches)[number],
  curves: Four<Curve>,
  random: Random,
): OutlineTask & { logits: Float32Array } {
  const [n, h, w, c] = shape;
  const labels = Int32Array.from({ length: n * h * w }, (_, i) => {
    const block = random.split(`${Math.floor(i / w / 3)}/${Math.floor((i % w) / 4)}`);
    return block.uniform() < 0.15 ? 255 : block.integer(0, c - 1);
  });
  const logits = Float32Array.from({ length: n * h * w * c }, () => 1.5 * random.normal());
  const weights = Array.from({ length: 4 * n * c }, () => random.normal());
  return { shape, tolerance, curves, labels, logits, weights };
}

function nativeSums({ shape, logits, labels, tolerance, curves, weights }: OutlineTask) {
  const [n, h, w, c] = shape;
  const [andPrediction, andErosion, orPrediction, orErosion] = curves.map(packCurve) as unknown as Four<PackedCurve>;
  const packed = { andPrediction, andErosion, orPrediction, orErosion };
  return tf.tidy(() => {
    const y = tf.tensor3d(labels, [n, h, w], 'int32');
    const x = tf.tensor4d(logits, [n, h, w, c]);
    const sums = (z: tf.Tensor) => {
      const { hits, drawn, found, truth } = outlineSums(z as tf.Tensor4D, y, tolerance, packed);
      return tf.stack([hits, drawn, found, truth]);
    };
    const { value, grad } = tf.valueAndGrad(sums)(x, tf.tensor3d([...weights], [4, n, c]));
    return { sums: [...value.dataSync()], gradient: grad.dataSync() as Float32Array };
  });
}

/** Against the definition in float64. Where the gradient is cut into pieces, another side may be right: of few entries. */
function expectAsDefined(task: OutlineTask, skip: { readonly gradient?: boolean } = {}): void {
  const native = nativeSums(task);
  const plain = plainOutlineSums(task);
  const [n, h, w] = task.shape;
  const size = `${task.shape.join('×')}, tolerance ${task.tolerance}`;
  native.sums.forEach((sum, i) => {
    expect(Math.abs(sum - (plain.sums[i] as number)), `sum ${i} of ${size}`).toBeLessThan(2e-6 * n * h * w);
  });
  if (skip.gradient) return;
  const largest = plain.gradient.reduce((most, slope) => Math.max(most, Math.abs(slope)), 0);
  native.gradient.forEach((slope, i) => {
    const apart = Math.abs(slope - (plain.gradient[i] as number));
    expect(apart, `gradient ${i} of ${size}`).toBeLessThanOrEqual(1e-4 * largest);
  });
}

/** The ways through the kernel: how many pieces of some width each of the four curves has, and which has a step too. */
const ways: readonly { readonly way: string; readonly pieces: Four<number>; readonly steps?: Four<boolean> }[] = [
  { way: 'one piece', pieces: [1, 1, 1, 1] },
  { way: 'two pieces', pieces: [2, 2, 2, 2] },
  { way: 'three pieces', pieces: [3, 3, 3, 3] },
  { way: 'one and two', pieces: [1, 2, 2, 1] },
  { way: 'one, two and three', pieces: [3, 1, 2, 3] },
  { way: 'three in one curve alone', pieces: [1, 1, 1, 3] },
  { way: 'more than can be selected from', pieces: [4, 4, 4, 4] },
  { way: 'many', pieces: [7, 5, 6, 9] },
  { way: 'few, and more than can be selected from', pieces: [1, 4, 2, 3] },
  { way: 'steps', pieces: [2, 3, 1, 2], steps: [true, true, true, true] },
  { way: 'a step in one curve', pieces: [2, 2, 3, 1], steps: [false, false, true, false] },
  { way: 'many with steps', pieces: [4, 5, 4, 6], steps: [false, true, true, false] },
];

describe.runIf(nativeInstalled)('the kernel of outlines adds up what they are defined as', () => {
  beforeAll(() => open('native'));

  const curvesOf = (family: keyof typeof families, { pieces, steps }: (typeof ways)[number], random: Random) =>
    pieces.map((count, slot) => {
      const curve = curveOf(family, count, random);
      return steps?.[slot] ? withStep(curve, random) : curve;
    }) as unknown as Four<Curve>;

  describe.each(['bezier', 'linear'] as const)('%s curves', (family) => {
    for (const way of ways) {
      test(way.way, () => {
        const random = Random.fromSeed(`${family} ${way.way}`);
        for (const batch of batches) expectAsDefined(taskOf(batch, curvesOf(family, way, random), random));
      });
    }
  });

  describe.each(['two pieces', 'one, two and three', 'more than can be selected from', 'steps'])('%s', (name) => {
    const way = ways.find((each) => each.way === name) as (typeof ways)[number];
    const [batch] = batches as [(typeof batches)[number]];
    const task = () => {
      const random = Random.fromSeed(name);
      return taskOf(batch, curvesOf('bezier', way, random), random);
    };
    const [n, h, w, c] = batch.shape;

    test.each([80, -80])('logits of %s', (logit) => {
      const given = task();
      given.logits.forEach((_, i) => {
        if (i % 3 === 0) given.logits[i] = logit;
      });
      expectAsDefined(given, { gradient: true }); // equal probabilities: which is the least is not defined
    });

    test('logits, and probabilities, that are denormal', () => {
      const given = task();
      given.logits.forEach((logit, i) => {
        given.logits[i] = i % 5 === 0 ? 1e-41 * i : i % 5 === 1 ? -86 - Math.abs(logit) : logit;
      });
      expectAsDefined(given, { gradient: true });
      for (const slope of nativeSums(given).gradient) expect(Number.isFinite(slope)).toBe(true);
    });

    test('classes that are ruled out by a logit of -∞', () => {
      const given = task();
      given.logits.forEach((_, i) => {
        if (i % 7 === 0) given.logits[i] = Number.NEGATIVE_INFINITY;
      });
      expectAsDefined(given, { gradient: true });
      for (const slope of nativeSums(given).gradient) expect(Number.isFinite(slope)).toBe(true);
    });

    test('ignored pixels only', () => {
      const given = task();
      given.labels.fill(255);
      expectAsDefined(given);
    });

    test.each([
      ['NaN', 0],
      ['NaN', 2],
      ['Infinity', 1],
      ['-Infinity', 'all'],
    ] as const)('a pixel of one image that has no probabilities: %s at %s', (bad, at) => {
      const given = task();
      const sound = nativeSums(given);
      const first = ((h - 1) * w - 1) * c; // in the first of two images
      for (let k = 0; k < c; k++) if (at === 'all' || at === k) given.logits[first + k] = Number(bad);
      const { sums, gradient } = nativeSums(given);
      // What depends on it is no number: all sums but the label's, and the gradient; the other image knows nothing of it.
      expect(sums).toEqual(sound.sums.map((sum, i) => (i < 3 * n * c && i % (n * c) < c ? Number.NaN : sum)));
      expect(gradient).toEqual(sound.gradient.map((slope, i) => (i < h * w * c ? Number.NaN : slope)));
    });
  });
});
