import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { publishedLosses } from '@auto-seg-loss/formula';
import { type Curve, Random } from '@auto-seg-loss/kernel';
import '@tensorflow/tfjs';
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import { dispose, setBackend, type Tensor4D, tensor3d, tensor4d, valueAndGrad } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { bezierSurrogate } from '../../../plugins/surrogate-bezier/src/bezier-surrogate.ts';
import { publishedLoss } from '../src/index.ts';

beforeAll(async () => {
  const folder = dirname(createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm'));
  setWasmPaths(`${folder}/`);
  await setBackend('wasm');
});

/** 1 - the mean IoU of soft predictions, added up in float64. */
function plainIou(logits: Float32Array, labels: Int32Array, classes: number, [and, or]: readonly [Curve, Curve]) {
  const sums = Array.from({ length: classes }, () => ({ hits: 0, union: 0 }));
  for (const [i, label] of labels.entries()) {
    if (label < 0) continue;
    const powers = Array.from(logits.subarray(i * classes, (i + 1) * classes), Math.exp);
    const total = powers.reduce((sum, power) => sum + power, 0);
    for (const [k, sum] of sums.entries()) {
      const p = (powers[k] as number) / total;
      if (k === label) sum.hits += and.value(p);
      sum.union += k === label ? 1 : or.value(p);
    }
  }
  return 1 - sums.reduce((mean, { hits, union }) => mean + hits / union / classes, 0);
}

// A sum of a million numbers, each added to the one before in float32, is wrong in its fourth digit.
describe('the loss of a large image on plain WebAssembly is that of float64', () => {
  test.each([
    [1024, 1024],
    [1021, 1019], // which nothing divides
  ])('%s × %s', (h, w) => {
    const classes = 3;
    const random = Random.fromSeed('large');
    const labels = Int32Array.from({ length: h * w }, (_, i) => (i % 11 === 0 ? -1 : Math.floor(i / 50) % classes));
    const logits = Float32Array.from({ length: h * w * classes }, () => 4 * random.uniform() - 2);
    const curves = publishedLosses.miou?.curves.map((points) => bezierSurrogate(2).fromPoints(points));
    const x = tensor4d(logits, [1, h, w, classes]);
    const y = tensor3d(labels, [1, h, w], 'int32');
    const loss = publishedLoss('miou');
    const { value, grad } = valueAndGrad((z) => loss(z as Tensor4D, y))(x);
    const expected = plainIou(logits, labels, classes, curves as unknown as readonly [Curve, Curve]);
    expect(Math.abs((value.dataSync()[0] as number) - expected)).toBeLessThan(1e-6);
    const slopes = grad.dataSync();
    expect(slopes.every(Number.isFinite)).toBe(true);
    expect(slopes.some((slope) => slope !== 0)).toBe(true);
    dispose([x, y, value, grad]);
  });
});
