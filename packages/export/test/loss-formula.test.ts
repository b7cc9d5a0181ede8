import { openEngine } from '@auto-seg-loss/engine';
import { Random } from '@auto-seg-loss/kernel';
import type { Loss } from '@auto-seg-loss/ops';
import { tensor3d, tensor4d } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { plugin as crossEntropy } from '../../../plugins/loss-cross-entropy/src/index.ts';
import { plugin as dice } from '../../../plugins/loss-dice/src/index.ts';
import { plugin as focal } from '../../../plugins/loss-focal/src/index.ts';
import { plugin as jaccard } from '../../../plugins/loss-jaccard/src/index.ts';
import { plugin as tversky } from '../../../plugins/loss-tversky/src/index.ts';
import { type LossInput, type LossNode, traceFormula } from '../src/trace/loss-program.ts';

const [N, H, W, C] = [3, 2, 5, 3];

/** Numbers of four axes, [n, c, h, w]; a side of 1 is the same along it. */
interface Grid {
  readonly shape: readonly [number, number, number, number];
  readonly at: (n: number, c: number, h: number, w: number) => number;
}

const single = (value: number): Grid => ({ shape: [1, 1, 1, 1], at: () => value });

function pairwise(a: Grid, b: Grid, compute: (x: number, y: number) => number): Grid {
  const shape = a.shape.map((side, axis) => Math.max(side, b.shape[axis] ?? 1)) as unknown as Grid['shape'];
  return { shape, at: (...at) => compute(read(a, at), read(b, at)) };
}

function read({ shape, at }: Grid, place: readonly number[]): number {
  const [n = 0, c = 0, h = 0, w = 0] = place.map((index, axis) => (shape[axis] === 1 ? 0 : index));
  return at(n, c, h, w);
}

function summed(a: Grid, axes: readonly number[]): Grid {
  const shape = a.shape.map((side, axis) => (axes.includes(axis) ? 1 : side)) as unknown as Grid['shape'];
  const along = (place: readonly number[], axis: number): number => {
    if (axis === 4) return read(a, place);
    if (!axes.includes(axis)) return along(place, axis + 1);
    let total = 0;
    for (let index = 0; index < (a.shape[axis] ?? 1); index++) total += along(place.with(axis, index), axis + 1);
    return total;
  };
  return { shape, at: (...place) => along(place, 0) };
}

function evaluate(node: LossNode, inputs: Readonly<Record<LossInput, Grid>>): Grid {
  const of = (other: LossNode): Grid => evaluate(other, inputs);
  const each = (a: LossNode, compute: (x: number) => number): Grid => pairwise(of(a), single(0), (x) => compute(x));
  switch (node.op) {
    case 'input':
      return inputs[node.input];
    case 'number':
      return single(node.value);
    case 'per class':
      return { shape: [1, node.values.length, 1, 1], at: (_, c) => node.values[c] as number };
    case 'plus':
      return pairwise(of(node.a), of(node.b), (x, y) => x + y);
    case 'minus':
      return pairwise(of(node.a), of(node.b), (x, y) => x - y);
    case 'times':
      return pairwise(of(node.a), of(node.b), (x, y) => x * y);
    case 'divide':
      return pairwise(of(node.a), of(node.b), (x, y) => x / y);
    case 'at least':
      return each(node.a, (x) => Math.max(x, node.value));
    case 'power':
      return each(node.a, (x) => x ** node.value);
    case 'log':
      return each(node.a, Math.log);
    case 'positive':
      return each(node.a, (x) => (x > 0 ? 1 : 0));
    case 'named':
      return of(node.a);
    case 'sum over classes':
      return summed(of(node.a), [1]);
    case 'sum over pixels':
      return summed(of(node.a), [0, 2, 3]);
    case 'sum over image':
      return summed(of(node.a), [2, 3]);
    case 'sum over images':
      return summed(of(node.a), [0]);
  }
}

const random = Random.fromSeed('formula');
const logits = Float32Array.from({ length: N * H * W * C }, () => 3 * random.normal());
/** The last class is absent, and so are all pixels of the last image. */
const labels = Int32Array.from({ length: N * H * W }, (_, pixel) =>
  pixel >= (N - 1) * H * W || random.uniform() < 0.2 ? -1 : random.integer(0, C - 2),
);

const logit = (n: number, c: number, h: number, w: number): number => logits[((n * H + h) * W + w) * C + c] as number;
const labelAt = (n: number, h: number, w: number): number => labels[(n * H + h) * W + w] as number;
function logProbability(n: number, c: number, h: number, w: number): number {
  const total = Array.from({ length: C }, (_, other) => Math.exp(logit(n, other, h, w))).reduce((a, b) => a + b);
  return logit(n, c, h, w) - Math.log(total);
}

const INPUTS: Readonly<Record<LossInput, Grid>> = {
  logProbability: { shape: [N, C, H, W], at: logProbability },
  probability: { shape: [N, C, H, W], at: (...at) => Math.exp(logProbability(...at)) },
  label: { shape: [N, C, H, W], at: (n, c, h, w) => (labelAt(n, h, w) === c ? 1 : 0) },
  valid: { shape: [N, 1, H, W], at: (n, _, h, w) => (labelAt(n, h, w) >= 0 ? 1 : 0) },
  classes: single(C),
};

beforeAll(() => openEngine());

const plugins = { 'cross-entropy': crossEntropy, dice, focal, jaccard, tversky };
const classWeights = [1, 0.5, 3];

describe('the formula of a hand-made loss is the loss', () => {
  test.each<[keyof typeof plugins, object]>([
    ['cross-entropy', {}],
    ['cross-entropy', { labelSmoothing: 0.2 }],
    ['cross-entropy', { labelSmoothing: 0.2, classWeights }],
    ['focal', {}],
    ['focal', { gamma: 0 }],
    ['focal', { gamma: 0.5, classWeights }],
    ['dice', {}],
    ['dice', { squared: true, log: true, classWeights }],
    ['dice', { classes: 'all', smooth: 1, per: 'image' }],
    ['jaccard', {}],
    ['jaccard', { per: 'image', smooth: 0.5 }],
    ['tversky', {}],
    ['tversky', { alpha: 0.6, beta: 0.2, gamma: 0.75 }],
    ['tversky', { classes: 'all', smooth: 0.1 }],
  ])('%s %j', async (name, options) => {
    const plugin = plugins[name];
    const context = { baseDir: '', cacheDir: '' };
    const loss = (await plugin.create(plugin.options.parse(options) as never, context)) as Loss;
    const [value] = loss.value(tensor4d(logits, [N, H, W, C]), tensor3d(labels, [N, H, W], 'int32')).dataSync();
    const program = traceFormula(name, loss.formula as NonNullable<Loss['formula']>);
    const plain = evaluate(program.value, INPUTS);
    expect(plain.shape).toEqual([1, 1, 1, 1]);
    expect(plain.at(0, 0, 0, 0)).toBeCloseTo(value as number, 5);
    expect(program.classes).toBe('classWeights' in options ? C : undefined);
  });
});
