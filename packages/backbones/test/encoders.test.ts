import { readFileSync } from 'node:fs';
import { Random } from '@auto-seg-loss/kernel';
import { add, memory, mul, type Scalar, sum, type Tensor4D, tidy } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { engines, open } from '../../engine/test/engines.ts';
import { type BackboneName, Layers, makeBackbone, type OutputStride } from '../src/index.ts';
import { summary } from './formula.ts';
import {
  type Drawn,
  expectGradients,
  expectNear,
  expectTensor,
  fill,
  type GoldenTensor,
  goldenImages,
  weightsOf,
} from './golden.ts';

interface GoldenFeatures extends GoldenTensor {
  readonly shape: readonly number[];
}

/** Written by python/make_golden.py. */
interface Golden extends Drawn {
  readonly backbone: BackboneName;
  readonly deepStem: boolean;
  readonly outputStride: OutputStride;
  readonly size: readonly [number, number, number];
  readonly eval: readonly GoldenFeatures[];
  readonly train: readonly GoldenFeatures[];
  /** By the names of the parameters, sorted. */
  readonly gradients: readonly (readonly [number, number])[];
  readonly statistics: readonly [number, number];
}

const golden = JSON.parse(readFileSync(new URL('golden/encoders.json', import.meta.url), 'utf8')) as readonly Golden[];
/** WebAssembly is slow: it gets each kind of block once. */
const ON_WASM: readonly string[] = ['resnet18 8', 'mobilenet-v2 8', 'efficientnet-lite0 16'];

function expectFeatures(found: readonly Tensor4D[], expected: readonly GoldenFeatures[]): void {
  for (const [stage, each] of expected.entries()) {
    const tensor = found[stage] as Tensor4D;
    expect(tensor.shape).toEqual(each.shape);
    expectTensor(`stage ${stage}`, tensor, each);
  }
}

describe.each(engines)('encoders on %s', (engine) => {
  beforeAll(() => open(engine));

  const cases = golden
    .filter(({ backbone, outputStride, deepStem }) => {
      return engine === 'native' || (ON_WASM.includes(`${backbone} ${outputStride}`) && !deepStem);
    })
    .map((each) => [`${each.backbone}${each.deepStem ? ' with a deep stem' : ''}`, each.outputStride, each] as const);

  test.each(cases)('%s at output stride %i is that of PyTorch, with gradients', (_, outputStride, each) => {
    const before = memory().numTensors;
    const layers = new Layers(Random.fromSeed(1));
    const backbone = makeBackbone(
      { ...each, outputStride, normMomentum: null, weights: null, freeze: 'nothing', batchNorm: 'live' },
      layers,
    );
    expect(backbone.channels).toEqual(each.eval.map(({ shape }) => shape[3]));
    tidy(() => {
      const input = goldenImages(each.seed, each.size);
      fill(layers);
      expectFeatures(backbone.forward(input, false), each.eval);
      expectFeatures(backbone.forward(input, true), each.train);
      fill(layers);
      const objective = (): Scalar =>
        backbone
          .forward(input, true)
          .map((features, stage): Scalar => sum(mul(features, weightsOf(`objective ${stage}`, features))))
          .reduce((total, term): Scalar => add(total, term));
      expectGradients(layers, objective, each);
      const moved = [...layers.statistics].sort((a, b) => (a.name < b.name ? -1 : 1));
      const all = moved.flatMap(({ variable }) => [...variable.dataSync()]);
      expectNear(summary('statistics', all), each.statistics, 1e-4 * each.statistics[0], 'statistics');
    });
    layers.dispose();
    expect(memory().numTensors).toBe(before);
  });
});
