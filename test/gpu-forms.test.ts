import { fileURLToPath } from 'node:url';
import { gradients } from '@auto-seg-loss/ops';
import { listPlugins, pluginContext, resolveLoss } from '@auto-seg-loss/runtime';
import {
  dispose,
  randomNormal,
  type Tensor3D,
  type Tensor4D,
  tensor3d,
  type Variable,
  variable,
} from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { nativeInstalled, open } from '../packages/engine/test/engines.ts';
import { asOnGpu } from '../packages/ops/test/as-on-gpu.ts';

// Our own operations have kernels for the processor only. What runs in their place on a GPU is tried here without one: the
// library believes that it has a GPU, and must be asked for nothing of ours, and give the same.

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const context = pluginContext(ROOT);
const [n, h, w, c] = [2, 9, 8, 3];

describe.runIf(nativeInstalled)('where the device is a GPU', () => {
  let logits: Variable;
  let labels: Tensor3D;
  beforeAll(async () => {
    await open('native');
    logits = variable(randomNormal([n, h, w, c], 0, 1, 'float32', 1));
    const values = Array.from({ length: n * h * w }, (_, i) => (i % 7 === 0 ? 255 : Math.floor(i / 4) % c));
    labels = tensor3d(values, [n, h, w], 'int32');
  });
  test('every loss and every published metric has a form without operations of ours', async () => {
    const { plugins } = await listPlugins(ROOT);
    const losses = plugins.flatMap(({ kind, name }) => (kind === 'loss' ? [name] : []));
    const published = ['miou', 'fwiou', 'macc', 'gacc', 'biou', 'bf1'].map((name) => `published:${name}`);
    expect(losses.length).toBeGreaterThanOrEqual(9);
    for (const spec of [...losses, ...published]) {
      const { loss } = await resolveLoss(spec, { context });
      const values = (): number[] => {
        const { value, grads } = gradients(() => loss.value(logits as unknown as Tensor4D, labels), [logits]);
        const tensors = [value, ...Object.values(grads)];
        const all = tensors.flatMap((tensor) => [...tensor.dataSync()]);
        dispose(tensors);
        return all;
      };
      const own = values();
      let other: number[] = [];
      const ops = await asOnGpu(() => {
        other = values();
      });
      expect(
        ops.filter((op) => op.startsWith('Asl')),
        spec,
      ).toEqual([]);
      const difference = Math.max(...own.map((value, index) => Math.abs(value - (other[index] ?? Number.NaN))));
      expect(difference, spec).toBeLessThan(1e-4);
    }
  });
});
