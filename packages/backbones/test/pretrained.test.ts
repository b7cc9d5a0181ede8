import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isAslError, Random } from '@auto-seg-loss/kernel';
import { gradients, type Network } from '@auto-seg-loss/ops';
import { takeBackbone, writeSafetensors } from '@auto-seg-loss/weights';
import { mean, type Scalar, square, tidy } from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { open } from '../../engine/test/engines.ts';
import {
  type BackboneName,
  type BackboneOptions,
  inTurn,
  Layers,
  makeBackbone,
  type Pretraining,
  pretraining,
  segmentationNetwork,
  stateDict,
} from '../src/index.ts';
import { fill, goldenImages } from './golden.ts';

const OPTIONS: BackboneOptions = {
  backbone: 'mobilenet-v2',
  outputStride: 32,
  deepStem: false,
  weights: null,
  freeze: 'nothing',
  batchNorm: 'live',
  normMomentum: null,
};
const CLASSES = 3;
const SIZE = [2, 32, 32] as const;

let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'asl-pretrained-'));
  await open('wasm');
});
afterAll(() => rmSync(folder, { recursive: true }));

/** An encoder and one layer, with a head of its own batch norm. */
function networkOf(changes: Partial<BackboneOptions> = {}, begin: Pretraining = {}): Network {
  return segmentationNetwork({
    options: { ...OPTIONS, ...changes, auxiliaryWeight: 0, headRate: 10 },
    classes: CLASSES,
    random: Random.fromSeed(1),
    pretraining: begin,
    head: ({ channels }, layers) => {
      const classify = inTurn([
        layers.convolution('head.0', { from: channels[3], to: 4, size: 1 }),
        layers.norm('head.1', 4, true),
        layers.classifier('classifier', 4, CLASSES),
      ]);
      return { stages: [3], logits: ([deep], training) => classify(deep as Parameters<typeof classify>[0], training) };
    },
  });
}

const isOfEncoder = (name: string): boolean => name.startsWith('backbone.');
const namesOf = (all: Network['statistics']): readonly string[] => all.map(({ name }) => name);
const valuesOf = (network: Network) => new Map([...stateDict(network)].map(([name, { data }]) => [name, [...data]]));

/** The names of what a step in training moved. */
function movedBy(network: Network, step: () => void): readonly string[] {
  const before = valuesOf(network);
  step();
  return [...valuesOf(network)]
    .filter(([name, data]) => String(data) !== String(before.get(name)))
    .map(([name]) => name);
}

const objective = (network: Network) => (): Scalar =>
  mean(square(network.forward(goldenImages(1, SIZE), true))) as Scalar;

async function refused(weights: string, changes: Partial<BackboneOptions> = {}): Promise<string> {
  const outcome = await pretraining({ ...OPTIONS, ...changes, weights }, { baseDir: folder }).catch((error) => error);
  if (isAslError(outcome)) return (outcome as { format(): string } & Error).format();
  throw new Error(`not refused: ${JSON.stringify(outcome)}`);
}

describe('names of encoders and of files of weights', () => {
  const encoders = [
    ...(['resnet18', 'resnet34', 'resnet50', 'resnet101', 'mobilenet-v2', 'efficientnet-lite0'] as const).map(
      (backbone) => [backbone, false] as const,
    ),
    ['resnet18', true],
    ['resnet50', true],
  ] as readonly (readonly [BackboneName, boolean])[];

  test.each(encoders)('%s agree (deep stem: %s): all is taken, and nothing is left over', (backbone, deepStem) => {
    const layers = new Layers(Random.fromSeed(1));
    makeBackbone({ ...OPTIONS, backbone, deepStem }, layers);
    const own = stateDict(layers);
    layers.dispose();
    const { stateDict: taken, report } = takeBackbone(own, { backbone, deepStem }, 'its own');
    expect([report.missing, report.mismatched, report.leftOver]).toEqual([[], [], []]);
    expect([...taken.keys()].sort()).toEqual([...own.keys()].sort());
  });
});

describe('weights that an encoder begins with', () => {
  beforeAll(() => {
    const trained = networkOf();
    fill(trained);
    writeSafetensors(join(folder, 'trained.safetensors'), stateDict(trained));
    trained.dispose();
  });

  test("are those of the file, and the head is as it would be without: a network of one's own will do", async () => {
    const begin = await pretraining({ ...OPTIONS, weights: 'trained.safetensors' }, { baseDir: folder });
    expect(begin.weights?.source).toBe('trained.safetensors');
    expect(begin.weights?.sha256).toMatch(/^[0-9a-f]{64}$/);
    expect(begin.weights?.report).toMatch(/^255 tensors taken, none missing; left over: 7 of other heads$/);
    const [fresh, begun, filled] = [networkOf(), networkOf({}, begin), networkOf()];
    fill(filled);
    const [before, found, wanted] = [fresh, begun, filled].map(valuesOf);
    for (const [name, data] of found ?? [])
      expect(data, name).toEqual((isOfEncoder(name) ? wanted : before)?.get(name));
    for (const network of [fresh, begun, filled]) network.dispose();
  });

  test('are not looked for where others follow', async () => {
    const options = { ...OPTIONS, backbone: 'efficientnet-lite0', weights: 'gone.safetensors' } as const;
    const { weights, normalization } = await pretraining(options, { baseDir: folder, weightsFollow: true });
    expect(weights).toBeUndefined();
    expect(normalization?.mean).toEqual([127, 127, 127]);
  });

  test("are normalised for as they were trained: EfficientNet-Lite0's own numbers, and ImageNet's", async () => {
    const of = (backbone: BackboneName) => pretraining({ ...OPTIONS, backbone }, { baseDir: folder });
    expect(await of('efficientnet-lite0')).toEqual({
      normalization: { mean: [127, 127, 127], deviation: [128, 128, 128] },
    });
    expect(await of('resnet50')).toEqual({});
    expect(await of('mobilenet-v2')).toEqual({});
  });

  test.each<[string, string, Partial<BackboneOptions>, RegExp]>([
    [
      'of another encoder',
      'trained.safetensors',
      { backbone: 'resnet18' },
      /^ASL_WEIGHTS_MISMATCH.*\n(.*\n)*.*looks like mobilenet-v2/,
    ],
    [
      'without a deep stem',
      'resnet.safetensors',
      { backbone: 'resnet18', deepStem: true },
      /^ASL_WEIGHTS_MISMATCH: .*resnet18 with a deep stem\n(.*\n)*.*looks like resnet18:/,
    ],
    ['cut short', 'cut.safetensors', {}, /^ASL_WEIGHTS_INVALID: .*\n.*cut\.safetensors/],
    [
      'with a number that is none',
      'nan.safetensors',
      {},
      /^ASL_WEIGHTS_INVALID: the tensor "backbone\.features.*\n(.*\n)*.*NaN at index 1/,
    ],
    ['that are not there', 'gone.safetensors', {}, /^ASL_WEIGHTS_MISSING: .*\n.*gone\.safetensors/],
    ['of a name that nobody knows', 'resnet50', {}, /^ASL_WEIGHTS_MISSING: no weights of the name "resnet50"/],
  ])('%s are refused', async (_, file, changes, shown) => {
    const path = join(folder, file);
    if (file === 'cut.safetensors') {
      const whole = readFileSync(join(folder, 'trained.safetensors'));
      writeFileSync(path, whole.subarray(0, whole.length / 2));
    }
    if (file === 'nan.safetensors') {
      const network = networkOf();
      const state = new Map(stateDict(network));
      network.dispose();
      const [name, tensor] = [...state][0] as [
        string,
        { dtype: 'float32'; shape: readonly number[]; data: Float32Array },
      ];
      state.set(name, { ...tensor, data: tensor.data.map((value, index) => (index === 1 ? Number.NaN : value)) });
      writeSafetensors(path, state);
    }
    if (file === 'resnet.safetensors') {
      const layers = new Layers(Random.fromSeed(1));
      makeBackbone({ ...OPTIONS, backbone: 'resnet18' }, layers);
      writeSafetensors(path, stateDict(layers));
      layers.dispose();
    }
    expect(await refused(file, changes)).toMatch(shown);
  });
});

describe('what is not trained', () => {
  test('a frozen encoder is saved and has no gradients; its batch norm stays, that of the head goes on', () => {
    const [live, frozen] = [networkOf(), networkOf({ freeze: 'backbone' })];
    expect(namesOf(frozen.parameters)).toEqual(namesOf(live.parameters).filter((name) => !isOfEncoder(name)));
    expect([...stateDict(frozen).keys()].sort()).toEqual([...stateDict(live).keys()].sort());
    live.dispose();
    const moved = movedBy(frozen, () =>
      tidy(() => {
        const { grads } = gradients(
          objective(frozen),
          frozen.parameters.map(({ variable }) => variable),
        );
        expect(Object.keys(grads).length).toBe(frozen.parameters.length);
      }),
    );
    expect([...moved].sort()).toEqual(['head.1.running_mean', 'head.1.running_var']);
    frozen.dispose();
  });

  test("frozen batch norm: the encoder's moving averages stay, and its parameters are trained", () => {
    const [live, frozen] = [networkOf(), networkOf({ batchNorm: 'frozen' })];
    expect(namesOf(frozen.parameters)).toEqual(namesOf(live.parameters));
    const step = (network: Network) => movedBy(network, () => tidy(() => void objective(network)()));
    expect(step(live).some(isOfEncoder)).toBe(true);
    expect([...step(frozen)].sort()).toEqual(['head.1.running_mean', 'head.1.running_var']);
    const { halves } = frozen;
    tidy(() => {
      const images = goldenImages(1, SIZE);
      const whole = frozen.forward(images, true).dataSync();
      expect(halves?.forward(halves.encode(images), [SIZE[1], SIZE[2]], true).dataSync()).toEqual(whole);
    });
    for (const network of [live, frozen]) network.dispose();
  });
});
