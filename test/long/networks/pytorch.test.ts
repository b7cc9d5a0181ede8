import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stateDict } from '@auto-seg-loss/backbones';
import { Random } from '@auto-seg-loss/kernel';
import { type Architecture, type Network, trainingLoss } from '@auto-seg-loss/ops';
import { mul, type Scalar, sum, tidy } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import {
  type Drawn,
  fill,
  goldenImages,
  gradientLimit,
  gradientsOf,
  weightsOf,
} from '../../../packages/backbones/test/golden.ts';
import { nativeInstalled, open } from '../../../packages/engine/test/engines.ts';
import { plugin as deeplabv3plus } from '../../../plugins/network-deeplabv3plus/src/index.ts';
import { plugin as pspnet } from '../../../plugins/network-pspnet/src/index.ts';

// Every entry of logits and gradients beside PyTorch's: a Python that has torch, torchvision and timm is named by $ASL_EXPORT_PYTHON.

const SCRIPT = fileURLToPath(new URL('../../../packages/backbones/test/python/run_live.py', import.meta.url));
const python = process.env.ASL_EXPORT_PYTHON;
const usable =
  python !== undefined &&
  spawnSync(python, ['-c', 'import numpy, torch, torchvision, timm'], { stdio: 'ignore' }).status === 0;
if (!usable) {
  console.warn(
    'no Python with torch, torchvision and timm (ASL_EXPORT_PYTHON): networks are compared with stored numbers alone',
  );
}

interface Case {
  readonly use: 'deeplabv3plus' | 'pspnet';
  readonly size: readonly [number, number, number];
  readonly options: Readonly<Record<string, unknown>>;
}

const CLASSES = 4;
const STRIDES = [8, 16, 32] as const;
// ResNets are made alike, and compared with stored numbers at every stride.
const BACKBONES = {
  resnet18: [8],
  resnet34: [16],
  resnet50: [32],
  resnet101: [8],
  'mobilenet-v2': STRIDES,
  'efficientnet-lite0': STRIDES,
} as const;
// The more values there are, the more images have to be drawn until none is next to a kink; ReLU6 has two.
const SIZES = { 8: [3, 33, 50], 16: [3, 49, 66], 32: [4, 65, 33] } as const;
const SIZES_OF_RELU6 = { 8: [2, 25, 34], 16: [2, 33, 50], 32: [2, 65, 34] } as const;
const cases: readonly Case[] = [
  ...Object.entries(BACKBONES).flatMap(([backbone, strides]) =>
    strides.map((outputStride): Case => {
      const separable = outputStride === 16;
      const auxiliaryWeight = outputStride === 8 ? 0.4 : 0;
      return {
        use: 'deeplabv3plus',
        size: (backbone.startsWith('resnet') ? SIZES : SIZES_OF_RELU6)[outputStride],
        options: { backbone, outputStride, separable, auxiliaryWeight },
      };
    }),
  ),
  { use: 'deeplabv3plus', size: [3, 33, 50], options: { backbone: 'resnet50', deepStem: true } },
  { use: 'pspnet', size: [3, 33, 50], options: { backbone: 'resnet101', auxiliaryWeight: 0.4 } },
  { use: 'pspnet', size: [2, 65, 34], options: { backbone: 'mobilenet-v2', outputStride: 32 } },
];

async function architectureOf({ use, options }: Case): Promise<{ architecture: Architecture; whole: unknown }> {
  const context = { baseDir: '', cacheDir: '' };
  if (use === 'pspnet') {
    const whole = pspnet.options.parse(options);
    return { architecture: await pspnet.create(whole, context), whole };
  }
  const whole = deeplabv3plus.options.parse(options);
  return { architecture: await deeplabv3plus.create(whole, context), whole };
}

function runPython(folder: string, network: Network, { use, size }: Case, options: unknown): void {
  const tensors = [...stateDict(network)];
  writeFileSync(join(folder, 'case.json'), JSON.stringify({ use, size, classes: CLASSES, options }));
  writeFileSync(join(folder, 'weights.json'), JSON.stringify(tensors.map(([name, { shape }]) => [name, shape])));
  writeFileSync(join(folder, 'weights.f32'), Buffer.concat(tensors.map(([, { data }]) => Buffer.from(data.buffer))));
  const { status, stderr } = spawnSync(python as string, [SCRIPT, folder], {
    encoding: 'utf8',
    env: { ...process.env, PYTHONDONTWRITEBYTECODE: '1' },
  });
  if (status !== 0) throw new Error(stderr);
}

function readFloats(folder: string, file: string): Float32Array {
  const bytes = readFileSync(join(folder, file));
  return new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
}

/** The largest difference, and the largest entry. */
function compare(found: ArrayLike<number>, expected: Float32Array): readonly [difference: number, largest: number] {
  expect(found.length).toBe(expected.length);
  let [difference, largest] = [0, 0];
  for (let index = 0; index < expected.length; index++) {
    const value = expected[index] as number;
    largest = Math.max(largest, Math.abs(value));
    difference = Math.max(difference, Math.abs((found[index] as number) - value));
  }
  return [difference, largest];
}

function expectLogits(found: ArrayLike<number>, expected: Float32Array): void {
  const [difference, largest] = compare(found, expected);
  expect(difference).toBeLessThanOrEqual(1e-4 * largest);
}

describe.skipIf(!usable || !nativeInstalled)('networks beside PyTorch', () => {
  beforeAll(() => open('native'));

  test.each(cases.map((each) => [JSON.stringify([each.use, each.options]), each] as const))('%s', async (_, each) => {
    const { architecture, whole } = await architectureOf(each);
    const network = architecture.build(CLASSES, Random.fromSeed(1));
    const folder = mkdtempSync(join(tmpdir(), 'asl-network-'));
    try {
      fill(network);
      runPython(folder, network, each, whole);
      tidy(() => {
        const drawn = JSON.parse(readFileSync(join(folder, 'drawn.json'), 'utf8')) as Drawn;
        const input = goldenImages(drawn.seed, each.size);
        expectLogits(network.forward(input, false).dataSync(), readFloats(folder, 'eval.f32'));
        const heads = network.trainingLogits?.(input) ?? [{ logits: network.forward(input, true), weight: 1 }];
        expectLogits(
          Float32Array.from(heads.flatMap(({ logits }) => [...logits.dataSync()])),
          readFloats(folder, 'train.f32'),
        );
        fill(network);
        const found = gradientsOf(network, () =>
          trainingLoss(network, input, (logits): Scalar => sum(mul(logits, weightsOf('objective', logits)))),
        );
        const expected = readFloats(folder, 'gradients.f32');
        const largestOfAll = expected.reduce((top, slope) => Math.max(top, Math.abs(slope)), 0);
        let offset = 0;
        const wrong: string[] = [];
        for (const [name, slopes] of found) {
          const [difference, largest] = compare(slopes, expected.subarray(offset, offset + slopes.length));
          offset += slopes.length;
          if (!(difference <= gradientLimit(name, largest, largestOfAll, drawn)))
            wrong.push(`${name}: ${difference} of ${largest}`);
        }
        expect(offset).toBe(expected.length);
        expect(wrong).toEqual([]);
      });
    } finally {
      network.dispose();
      rmSync(folder, { recursive: true });
    }
  });
});
