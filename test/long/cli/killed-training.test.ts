import { once } from 'node:events';
import { readdir, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { makeProject } from '../../../packages/cli/test/project.ts';
import { runAsl, startAslUntil } from '../../../packages/cli/test/run-asl.ts';

const config = {
  metric: 'miou',
  workers: 1,
  dataset: { use: 'scenes', size: [48, 64], train: 8, val: 3 },
  network: {
    use: 'deeplabv3plus',
    backbone: 'resnet18',
    weights: 'begin.safetensors',
    rates: [2, 4],
    auxiliaryWeight: 0.4,
  },
  training: {
    images: 'crops',
    size: [32, 40],
    batchSize: 2,
    iterations: 400,
    warmUp: 20,
    learningRate: 0.01,
    augment: { scale: [0.5, 2], catMaxRatio: 0.75 },
  },
};
const train = ['train', '--loss', 'cross-entropy', '--out'];
const ITERATION = /^\d+ %, iteration \d+ of 400/m;

test('a training of a real network on crops that is stopped, then killed, ends with the bytes of one that never was; both begin with weights', async () => {
  const cwd = await makeProject({ 'asl.config.json': config });
  // Weights by torchvision's names, and in its layout.
  const fresh = ['--set', 'network.weights=null', '--set', 'training.iterations=1', '--set', 'training.warmUp=0'];
  expect((await runAsl([...train, 'begun', ...fresh], { cwd })).code).toBe(0);
  await rename(join(cwd, 'begun', 'weights.safetensors'), join(cwd, 'begin.safetensors'));
  const weightsOf = (folder: string) => readFile(join(cwd, folder, 'weights.safetensors'));
  const whole = await runAsl([...train, 'whole'], { cwd });
  expect([whole.code, whole.stderr]).toEqual([0, expect.stringContaining('100 tensors taken, none missing')]);

  const stopped = await startAslUntil([...train, 'killed'], ITERATION, cwd);
  stopped.child.kill('SIGINT');
  expect(await once(stopped.child, 'close')).toEqual([130, null]);
  expect(stopped.stderr()).toMatch(/^Stopped; kept in killed: 1 under way \(iteration [1-9]\d* of 400\)/m);

  const killed = await startAslUntil([...train, 'killed'], ITERATION, cwd);
  killed.child.kill('SIGKILL');
  expect(await once(killed.child, 'close')).toEqual([null, 'SIGKILL']);
  expect(await readdir(join(cwd, 'killed', 'paused'))).not.toEqual([]);

  const again = await runAsl([...train, 'killed'], { cwd });
  expect([again.code, again.stderr]).toEqual([0, expect.anything()]);
  expect((await weightsOf('killed')).equals(await weightsOf('whole'))).toBe(true);
  const [scores] = again.stdout.split('\n\n');
  expect(scores).toBe(whole.stdout.split('\n\n')[0]);
});
