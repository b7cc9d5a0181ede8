import { readFileSync } from 'node:fs';
import { Random } from '@auto-seg-loss/kernel';
import { gradients, trainingLoss } from '@auto-seg-loss/ops';
import { memory, mul, type Scalar, sum, type Tensor4D, tidy } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import {
  type Drawn,
  expectGradients,
  expectTensor,
  fill,
  type GoldenTensor,
  goldenImages,
  weightsOf,
} from '../../../packages/backbones/test/golden.ts';
import { engines, open } from '../../../packages/engine/test/engines.ts';
import { type PspnetOptions, plugin, pspnet } from '../src/index.ts';

/** Written by packages/backbones/test/python/make_networks_golden.py. */
interface Golden extends Drawn {
  readonly options: Partial<PspnetOptions>;
  readonly classes: number;
  readonly size: readonly [number, number, number];
  readonly eval: readonly GoldenTensor[];
  /** With the auxiliary head's. */
  readonly train: readonly GoldenTensor[];
  readonly gradients: readonly (readonly [number, number])[];
}

const golden = JSON.parse(readFileSync(new URL('golden/networks.json', import.meta.url), 'utf8')) as readonly Golden[];
const optionsOf = (options: Partial<PspnetOptions>): PspnetOptions => plugin.options.parse(options);
const SMALL = { backbone: 'resnet18', pooledChannels: 2, channels: 4, bins: [1, 2] } as const;

describe.each(engines)('pspnet on %s', (engine) => {
  beforeAll(() => open(engine));

  const cases = golden.filter(({ options }) => engine === 'native' || options.backbone === 'efficientnet-lite0');

  test.each(cases.map((each) => [each.options.backbone, each.options.outputStride, each] as const))(
    '%s at output stride %i is that of PyTorch, with gradients',
    (_, __, each) => {
      const network = pspnet(optionsOf(each.options)).build(each.classes, Random.fromSeed(1));
      tidy(() => {
        const input = goldenImages(each.seed, each.size);
        fill(network);
        const [logits] = each.eval;
        expectTensor('logits', network.forward(input, false), logits as GoldenTensor);
        const heads = network.trainingLogits?.(input) ?? [{ logits: network.forward(input, true), weight: 1 }];
        expect(heads.map(({ weight }) => weight)).toEqual(
          [1, each.options.auxiliaryWeight].slice(0, each.train.length),
        );
        for (const [index, head] of heads.entries())
          expectTensor('logits', head.logits, each.train[index] as GoldenTensor);
        fill(network);
        const objective = (): Scalar =>
          trainingLoss(network, input, (logits): Scalar => sum(mul(logits, weightsOf('objective', logits))));
        expectGradients(network, objective, each);
      });
      network.dispose();
    },
  );

  test.each([0, 0.4])(
    'keeps its variables only, and none of them after dispose: auxiliary head %d',
    (auxiliaryWeight) => {
      const before = memory().numTensors;
      const network = pspnet(optionsOf({ ...SMALL, auxiliaryWeight })).build(3, Random.fromSeed(1));
      const held = network.parameters.length + network.statistics.length;
      expect(memory().numTensors).toBe(before + held);
      const input = goldenImages(0, [1, 33, 32]);
      for (const training of [true, false, true]) network.forward(input, training).dispose();
      for (const { logits } of network.trainingLogits?.(input) ?? []) logits.dispose();
      const { value, grads } = gradients(
        () => trainingLoss(network, input, (logits: Tensor4D): Scalar => sum(logits)),
        network.parameters.map(({ variable }) => variable),
      );
      for (const one of [value, ...Object.values(grads), input]) one.dispose();
      expect(memory().numTensors).toBe(before + held);
      network.dispose();
      expect(memory().numTensors).toBe(before);
    },
  );
});

test.each([
  { bins: [0] },
  { pooledChannels: 0 },
  { outputStride: 4 },
  { backbone: 'efficientnet-lite0', deepStem: true },
])('pspnet refuses %j', (wrong) => {
  expect(plugin.options.safeParse(wrong).success).toBe(false);
});
