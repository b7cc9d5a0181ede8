import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openEngine } from '@auto-seg-loss/engine';
import { Random } from '@auto-seg-loss/kernel';
import '@tensorflow/tfjs';
import { grad, setBackend, type Tensor4D, tensor3d, tensor4d } from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { openLoss } from '../src/index.ts';

const FOUND = fileURLToPath(new URL('../../../docs/examples/found/', import.meta.url));
const [N, H, W, C] = [2, 9, 11, 4] as const;

describe('a loss on the engine that searches train with', () => {
  test.each(readdirSync(FOUND))('%s is what it is in plain JavaScript', async (name) => {
    const loss = openLoss(JSON.parse(readFileSync(join(FOUND, name), 'utf8')));
    const slopes = () => {
      const random = Random.fromSeed(name);
      const logits = tensor4d(
        Float32Array.from({ length: N * H * W * C }, () => 4 * random.uniform() - 2),
        [N, H, W, C],
      );
      const drawn = Int32Array.from({ length: N * H * W }, () => random.integer(-1, C - 2));
      const labels = tensor3d(drawn, [N, H, W], 'int32');
      const gradient = grad((x) => loss(x as Tensor4D, labels))(logits).dataSync() as Float32Array;
      return { value: loss(logits, labels).dataSync()[0] as number, gradient };
    };
    await setBackend('cpu');
    const plain = slopes();
    await openEngine();
    const own = slopes();
    expect(Math.abs(own.value - plain.value)).toBeLessThan(1e-5);
    const largest = Math.max(...plain.gradient.map(Math.abs));
    expect(largest).toBeGreaterThan(0);
    const off = Math.max(...plain.gradient.map((slope, i) => Math.abs(slope - (own.gradient[i] as number))));
    expect(off / largest).toBeLessThan(1e-3);
  });
});
