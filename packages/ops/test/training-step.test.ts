import {
  add,
  concat,
  dispose,
  keep,
  memory,
  type Scalar,
  type Tensor,
  type Tensor3D,
  type Tensor4D,
  tensor,
  tidy,
  type Variable,
  variable,
  zerosLike,
} from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { type EngineName, engines, nativeInstalled, open } from '../../engine/test/engines.ts';
import {
  batchNorm,
  conv2d,
  globalAveragePool,
  gradients,
  momentumStep,
  relu,
  resizeBilinear,
  softmaxCrossEntropy,
} from '../src/index.ts';
import { asOnGpu } from './as-on-gpu.ts';
import { expectClose, normal, toTensor } from './tensors.ts';

const STEPS = 3;
const SHAPES = { filter: [3, 3, 3, 8], dilated: [3, 3, 8, 8], pooled: [1, 1, 8, 8], classify: [1, 1, 16, 4] } as const;

/** What three steps of a small network come to, and how many tensors there were after each. */
interface Outcome {
  readonly weights: readonly Float32Array[];
  readonly losses: readonly number[];
  readonly tensors: readonly number[];
}

async function train(engine: EngineName): Promise<Outcome> {
  await open(engine);
  const own = (values: Tensor, trainable = true): Variable => {
    const made = variable(values, trainable);
    values.dispose();
    return made;
  };
  const filters = Object.values(SHAPES).map((shape, index) => own(toTensor(normal(shape, index, 0.3))));
  const [filter, dilated, pooled, classify] = filters as [Variable, Variable, Variable, Variable];
  const [gamma, beta] = [own(tensor(Array<number>(8).fill(1))), own(tensor(Array<number>(8).fill(0)))];
  const [mean, variance] = [own(tensor(Array<number>(8).fill(0)), false), own(tensor(Array<number>(8).fill(1)), false)];
  const variables = [...filters, gamma, beta];
  const images = toTensor(normal([2, 12, 10, 3], 20)) as Tensor4D;
  const labels = tensor(
    Array.from({ length: 240 }, (_, pixel) => (pixel % 7 === 6 ? 255 : pixel % 4)),
    [2, 12, 10],
    'int32',
  ) as Tensor3D;
  const forward = (): Scalar => {
    const features = batchNorm(
      conv2d(images, filter as Tensor4D, { stride: 2 }),
      { gamma, beta, mean, variance },
      { training: true, relu: true },
    );
    const wide = conv2d(features, dilated as Tensor4D, { dilation: 2 });
    const whole = relu(conv2d(globalAveragePool(features), pooled as Tensor4D));
    const joined = concat([wide, add(features, whole)], 3);
    const logits = resizeBilinear(conv2d(joined as Tensor4D, classify as Tensor4D), [12, 10]);
    return softmaxCrossEntropy(logits, labels);
  };
  let velocities: readonly Tensor[] = variables.map((one) => zerosLike(one));
  const losses: number[] = [];
  const tensors: number[] = [];
  for (let step = 0; step < STEPS; step++) {
    tidy(() => {
      const { value, grads } = gradients(forward, variables);
      losses.push(value.dataSync()[0] as number);
      const parameters = variables.map((one, index) => ({
        variable: one,
        velocity: velocities[index] as Tensor,
        gradient: grads[one.name] as Tensor,
        decay: 1e-3,
        rate: 0.1,
      }));
      const next = momentumStep(parameters, 0.9);
      dispose([...velocities]);
      velocities = next.velocities.map(keep);
      for (const [index, one] of variables.entries()) one.assign(next.weights[index] as Tensor);
    });
    tensors.push(memory().numTensors);
  }
  const weights = [...variables, mean, variance].map((one) => Float32Array.from(one.dataSync()));
  dispose([...variables, mean, variance, images, labels, ...velocities]);
  return { weights, losses, tensors };
}

describe.each(engines)('a training step on %s', (engine) => {
  test('lowers the loss and leaves no tensor', async () => {
    const { losses, tensors } = await train(engine);
    expect(losses[STEPS - 1]).toBeLessThan(losses[0] as number);
    expect(new Set(tensors).size).toBe(1);
  });

  test('gives the same bytes every time', async () => {
    const [first, second] = [await train(engine), await train(engine)];
    expect(second.losses).toEqual(first.losses);
    for (const [index, weights] of second.weights.entries()) {
      expect(Buffer.from(weights.buffer).equals(Buffer.from((first.weights[index] as Float32Array).buffer))).toBe(true);
    }
  });
});

test.skipIf(!nativeInstalled)('both engines come to the same weights', async () => {
  const [native, wasm] = [await train('native'), await train('wasm')];
  expectClose(native.losses, wasm.losses, 1e-4);
  for (const [index, weights] of native.weights.entries()) expectClose(weights, wasm.weights[index] ?? [], 1e-3);
});

test.skipIf(!nativeInstalled)('and so does TensorFlow without operations of ours, as on a GPU', async () => {
  const native = await train('native');
  let other = native;
  const ops = await asOnGpu(async () => {
    other = await train('native');
  });
  expect(ops.filter((op) => op.startsWith('Asl'))).toEqual([]);
  expect(ops).toContain('FusedBatchNormV3');
  expectClose(other.losses, native.losses, 1e-4);
  for (const [index, weights] of other.weights.entries()) expectClose(weights, native.weights[index] ?? [], 1e-3);
});
