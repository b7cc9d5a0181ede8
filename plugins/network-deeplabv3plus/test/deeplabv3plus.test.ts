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
import { type Deeplabv3plusOptions, deeplabv3plus, plugin } from '../src/index.ts';

/** Written by packages/backbones/test/python/make_networks_golden.py. */
interface Golden extends Drawn {
  readonly options: Partial<Deeplabv3plusOptions>;
  readonly classes: number;
  readonly size: readonly [number, number, number];
  readonly eval: readonly GoldenTensor[];
  /** With the auxiliary head's. */
  readonly train: readonly GoldenTensor[];
  readonly gradients: readonly (readonly [number, number])[];
}

const golden = JSON.parse(readFileSync(new URL('golden/networks.json', import.meta.url), 'utf8')) as readonly Golden[];
const optionsOf = (options: Partial<Deeplabv3plusOptions>): Deeplabv3plusOptions => plugin.options.parse(options);
const SMALL = { backbone: 'resnet18', pyramidChannels: 4, skipChannels: 2, decoderChannels: 4, rates: [2] } as const;

describe.each(engines)('deeplabv3plus on %s', (engine) => {
  beforeAll(() => open(engine));

  const cases = golden.filter(({ options }) => engine === 'native' || options.backbone === 'efficientnet-lite0');

  test.each(cases.map((each) => [each.options.backbone, each.options.outputStride, each] as const))(
    '%s at output stride %i is that of PyTorch, with gradients',
    (_, __, each) => {
      const network = deeplabv3plus(optionsOf(each.options)).build(each.classes, Random.fromSeed(1));
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
      const network = deeplabv3plus(optionsOf({ ...SMALL, auxiliaryWeight })).build(3, Random.fromSeed(1));
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

describe('deeplabv3plus', () => {
  beforeAll(() => open('wasm'));

  test("the head's variables learn at its rate; filters alone decay; the auxiliary head is there where it counts", () => {
    const [without, network] = [0, 0.4].map((auxiliaryWeight) =>
      deeplabv3plus(optionsOf({ ...SMALL, headRate: 7, auxiliaryWeight })).build(3, Random.fromSeed(1)),
    ) as [ReturnType<ReturnType<typeof deeplabv3plus>['build']>, ReturnType<ReturnType<typeof deeplabv3plus>['build']>];
    for (const { name, variable, decay, rate } of network.parameters) {
      expect([name, rate]).toEqual([name, name.startsWith('backbone.') ? 1 : 7]);
      expect([name, decay]).toEqual([name, variable.shape.length === 4]);
    }
    const names = without.parameters.map(({ name }) => name);
    const more = network.parameters.map(({ name }) => name).filter((name) => !names.includes(name));
    expect(more.every((name) => name.startsWith('aux_classifier.'))).toBe(true);
    expect(more.length).toBe(5);
    for (const each of [without, network]) each.dispose();
  });

  test('has as many parameters as the published networks', () => {
    const count = (backbone: Deeplabv3plusOptions['backbone']): number => {
      const network = deeplabv3plus(optionsOf({ backbone })).build(21, Random.fromSeed(1));
      const encoder = network.parameters.filter(({ name }) => name.startsWith('backbone.'));
      network.dispose();
      return encoder.reduce((total, { variable }) => total + variable.size, 0);
    };
    // torchvision's and the original's, without classifier and, in the last two, the last 1×1 convolution.
    expect(count('resnet18')).toBe(11_689_512 - 513_000);
    expect(count('mobilenet-v2')).toBe(3_504_872 - 1_281_000 - 412_160);
    expect(count('efficientnet-lite0')).toBe(4_652_008 - 1_281_000 - 412_160);
  });

  test.each([
    { backbone: 'resnet51' },
    { outputStride: 4 },
    { rates: [0] },
    { backbone: 'mobilenet-v2', deepStem: true },
    { auxiliaryWeight: -1 },
  ])('refuses %j', (wrong) => {
    expect(plugin.options.safeParse(wrong).success).toBe(false);
  });
});
