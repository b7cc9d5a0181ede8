import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { encode } from 'fast-png';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseNpy } from '../../../packages/images/src/index.ts';
import { Random } from '../../../packages/kernel/src/index.ts';
import { listWeights } from '../../../packages/weights/src/index.ts';

// What asl train writes is loaded by PyTorch: a Python that has torch, torchvision, timm and safetensors is named by $ASL_EXPORT_PYTHON.

const SCRIPT = fileURLToPath(new URL('../../../packages/backbones/test/python/run_trained.py', import.meta.url));
const ASL = fileURLToPath(new URL('../../../packages/cli/bin/asl.js', import.meta.url));
const python = process.env.ASL_EXPORT_PYTHON;
const usable =
  python !== undefined &&
  spawnSync(python, ['-c', 'import PIL, torch, torchvision, timm, safetensors'], { stdio: 'ignore' }).status === 0;
if (!usable)
  console.warn('no Python with torch, torchvision, timm and safetensors: no trained weights are loaded there');

// Its encoder stays as others trained it, so that PyTorch runs it on their weights.
const installed = listWeights().some(({ name, path }) => name === 'efficientnet-lite0' && path !== null);
if (!installed)
  console.warn(
    'efficientnet-lite0 is not installed (asl weights install efficientnet-lite0): its weights are not compared',
  );

const SIZE = [64, 96] as const;
const slim = { pyramidChannels: 16, decoderChannels: 16, skipChannels: 8, rates: [1, 2] };
const networks = [
  { use: 'deeplabv3plus', backbone: 'resnet18', auxiliaryWeight: 0.4, ...slim },
  { use: 'deeplabv3plus', backbone: 'resnet50', deepStem: true, separable: false, outputStride: 8, ...slim },
  { use: 'deeplabv3plus', backbone: 'efficientnet-lite0', ...slim },
  { use: 'pspnet', backbone: 'mobilenet-v2', pooledChannels: 8, channels: 16 },
  ...(installed
    ? [
        {
          use: 'pspnet',
          backbone: 'efficientnet-lite0',
          weights: 'efficientnet-lite0',
          freeze: 'backbone',
          pooledChannels: 8,
          channels: 16,
        },
      ]
    : []),
];

describe.runIf(usable)('weights that asl train wrote', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'asl-trained-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const run = (command: string, ...args: readonly string[]): void => {
    const { status, stderr } = spawnSync(command, args, { cwd: folder, encoding: 'utf8' });
    expect([status, status === 0 ? '' : stderr]).toEqual([0, '']);
  };

  test.each(networks)('give an image the same probabilities in PyTorch: $use of $backbone', (network) => {
    const training = { size: SIZE, batchSize: 4, iterations: 6, learningRate: 0.02 };
    writeFileSync(join(folder, 'asl.json'), JSON.stringify({ metric: 'miou', network, training }));
    const out = `${network.use}-${network.backbone}`;
    run(process.execPath, ASL, 'train', 'asl.json', '--loss', 'cross-entropy', '--out', out);
    const random = Random.fromSeed(1);
    const [height, width] = SIZE;
    const data = Uint8Array.from({ length: height * width * 3 }, (_, i) =>
      Math.round(128 + 60 * Math.sin(i / 40) + 40 * random.uniform()),
    );
    writeFileSync(join(folder, 'image.png'), encode({ width, height, channels: 3, data }));
    run(
      process.execPath,
      ASL,
      'predict',
      '--network',
      out,
      'image.png',
      '--out',
      `${out}-classes`,
      '--probabilities',
      `${out}-probabilities`,
    );
    run(python ?? '', SCRIPT, `${out}/weights.safetensors`, 'image.png', `${out}/torch.npy`);
    const [own, theirs] = [`${out}-probabilities/image.npy`, `${out}/torch.npy`].map((file) =>
      parseNpy(readFileSync(join(folder, file))),
    );
    expect(own?.shape).toEqual(theirs?.shape);
    const worst = Array.from(own?.data as Float32Array).reduce(
      (most, p, i) => Math.max(most, Math.abs(p - (theirs?.data[i] as number))),
      0,
    );
    expect(worst).toBeLessThan(1e-4);
  });
});
