import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runAsl } from '../../../packages/cli/test/run-asl.ts';

const tiny = { size: [32, 32], batchSize: 2, iterations: 1 };
const config = {
  metric: 'miou',
  workers: 2,
  searcher: { use: 'random', rounds: 1, samples: 3 },
  dataset: { use: 'scenes', size: [32, 32], train: 8, val: 1 },
  network: { use: 'deeplab-lite', width: 4 },
  // Just long enough that rewards differ.
  proxy: { ...tiny, iterations: 4, learningRate: 0.2, warmStart: { ...tiny, iterations: 12 } },
  training: tiny,
  report: { seeds: 2 },
};

let folder: string;
const at = (name: string) => join(folder, name);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'asl-demo-'));
  await writeFile(at('wasm.json'), JSON.stringify(config));
  // Read only where the engine is there, which it is not here.
  await writeFile(at('native.json'), JSON.stringify({ ...config, metric: 'nothing' }));
  await mkdir(at('bin'));
  await symlink(process.execPath, at('bin/node'));
});
afterAll(() => rm(folder, { recursive: true }));

describe('on a machine without Python, compiler and engine', () => {
  const bare = () => ({ cwd: folder, env: { PATH: at('bin'), ASL_CACHE_DIR: at('cache') } });

  test('asl demo says so and ends, on WebAssembly', async () => {
    const { code, stdout, stderr } = await runAsl(
      ['demo', '--config', 'native.json', '--wasm-config', 'wasm.json'],
      bare(),
    );
    expect(stderr).toMatch(/^ASL_ENGINE_INSTALL: /);
    expect(stderr).toContain('Going on with WebAssembly');
    expect(stderr).toContain('Engine: WebAssembly');
    expect(stdout).toMatch(/^cross-entropy +\d+\.\d\d ± /m);
    expect(stdout).toMatch(/^runs.demo-1.loss\.json +\d+\.\d\d ± /m);
    expect(code).toBe(0);
  });

  test('asl engine install ends with exit code 3 and what to install', async () => {
    const { code, stdout, stderr } = await runAsl(['engine', 'install'], bare());
    expect([code, stdout]).toEqual([3, '']);
    expect(stderr).toMatch(/^ASL_ENGINE_INSTALL: no C\+\+ compiler was found\n/);
    expect(stderr).toMatch(/^ {2}remedy: .*apt install/m);
  });

  test('asl doctor warns, says what to do, and finds training possible', async () => {
    const { code, stdout } = await runAsl(['doctor', '--json'], bare());
    expect(code).toBe(0);
    const { engine, checks } = JSON.parse(stdout);
    expect(engine.backend).toBe('wasm');
    const check = (name: string) => checks.find((one: { name: string }) => one.name === name);
    expect(check('engine')).toMatchObject({ status: 'warning', remedy: expect.stringContaining('asl engine install') });
    for (const tool of ['pip', 'compiler'])
      expect(check(tool)).toMatchObject({ status: 'warning', remedy: expect.stringContaining('apt install') });
    expect(checks.filter((one: { status: string }) => one.status === 'problem')).toEqual([]);
  });
});
