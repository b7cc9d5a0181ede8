import { spawn } from 'node:child_process';
import { existsSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { makeProject } from '../../../packages/cli/test/project.ts';
import { ASL } from '../../../packages/cli/test/run-asl.ts';

const SIZE = [32, 32];
/** Its rewards differ: without that it would name no loss. */
const CONFIG = {
  metric: 'miou',
  workers: 1,
  searcher: { use: 'ppo', rounds: 1, samples: 3 },
  dataset: { use: 'scenes', size: SIZE, train: 6, val: 2 },
  network: { use: 'deeplab-lite', width: 4, rates: [1] },
  proxy: {
    size: SIZE,
    batchSize: 2,
    iterations: 4,
    learningRate: 0.2,
    warmStart: { size: SIZE, batchSize: 2, iterations: 12 },
  },
  reevaluation: { candidates: 1, repeats: 0, confirm: 0 },
};

describe('a search outlives its listeners', () => {
  test('whose standard error is closed in the middle', async () => {
    const project = await makeProject({ 'asl.config.json': CONFIG });
    const child = spawn(process.execPath, [ASL, 'search', '--engine', 'wasm', '--out', 'run'], {
      cwd: project,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    child.stderr.once('data', () => child.stderr.destroy());
    let stdout = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    const code = await new Promise((resolve) => child.once('close', resolve));
    expect([code, stdout]).toEqual([
      0,
      expect.stringContaining('Progress could not be shown on the standard error: nobody reads it any more'),
    ]);
    expect(existsSync(join(project, 'run/loss.json'))).toBe(true);
  });

  test.skipIf(!existsSync('/dev/full'))('whose outputs go to a full disk', async () => {
    const project = await makeProject({ 'asl.config.json': CONFIG });
    const full = openSync('/dev/full', 'w');
    const child = spawn(process.execPath, [ASL, 'search', '--engine', 'wasm', '--out', 'run'], {
      cwd: project,
      stdio: ['ignore', full, full],
    });
    expect(await new Promise((resolve) => child.once('close', resolve))).toBe(3);
    expect(JSON.parse(readFileSync(join(project, 'run/loss.json'), 'utf8')).format).toBe('auto-seg-loss/1');
  });
});
