import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Engine } from '@auto-seg-loss/engine';
import { describe, expect, test } from 'vitest';
import { type EngineState, engineChecks } from '../src/doctor/engine-checks.ts';
import { checkCache, checkMemory, checkNode } from '../src/doctor/machine-checks.ts';
import { runAsl } from './run-asl.ts';

const native: Engine = { backend: 'native', libraryVersion: '2.21.0', device: 'CPU', threads: 2 };
const wasm: Engine = { backend: 'wasm', libraryVersion: '4.22.0', device: 'CPU', threads: 1 };
const state: EngineState = {
  engine: native,
  nativeError: undefined,
  wasmError: undefined,
  installed: { path: '/cache/engine', release: undefined, addons: '/cache/engine/addons', problem: '', remedy: '' },
  tools: { python: undefined, pip: undefined, compiler: undefined },
  gpuVisible: false,
};
const missing = {
  ...state.installed,
  addons: undefined,
  problem: 'the native engine is not installed',
  remedy: 'npx --no-install asl engine install',
};

describe('engine checks', () => {
  test('an installed engine is fine, and needs no tools any more', () => {
    expect(engineChecks(state).map(({ name, status }) => [name, status])).toEqual([
      ['engine', 'ok'],
      ['device', 'ok'],
    ]);
  });

  test('without the engine: WebAssembly, how to install it, and which tools that lacks', () => {
    const checks = engineChecks({ ...state, engine: wasm, installed: missing });
    expect(checks.map(({ name, status }) => [name, status])).toEqual([
      ['engine', 'warning'],
      ['device', 'ok'],
      ['pip', 'warning'],
      ['compiler', 'warning'],
    ]);
    expect(checks[0]).toMatchObject({
      found: expect.stringContaining('not installed'),
      remedy: 'npx --no-install asl engine install',
    });
  });

  test('an engine that does not load is to be installed again', () => {
    const [check] = engineChecks({ ...state, engine: wasm, nativeError: 'GLIBC_2.99 not found' });
    expect(check).toMatchObject({
      status: 'warning',
      found: expect.stringContaining('GLIBC_2.99'),
      remedy: expect.stringMatching(/--force/),
    });
  });

  test('no engine at all is a problem', () => {
    const [check] = engineChecks({ ...state, engine: undefined, installed: missing, wasmError: 'no WebAssembly here' });
    expect(check).toMatchObject({ status: 'problem', found: expect.stringContaining('no WebAssembly here') });
  });

  test('a cache that others can write is told of as what it is', () => {
    const installed = { ...missing, problem: 'every user may write it, /cache', remedy: 'chmod go-w' };
    const [check] = engineChecks({ ...state, engine: wasm, installed });
    expect(check).toMatchObject({ found: expect.stringContaining('every user may write it'), remedy: 'chmod go-w' });
  });

  test('a GPU that is not used', () => {
    const device = engineChecks({ ...state, gpuVisible: true }).find(({ name }) => name === 'device');
    expect(device).toMatchObject({
      status: 'warning',
      found: expect.stringContaining('was not run on one yet'),
      remedy: 'npx --no-install asl engine install --gpu',
    });
  });
});

describe('machine checks', () => {
  test.each([
    ['18.20.0', 'problem'],
    ['20.18.3', 'problem'],
    ['20.19.0', 'ok'],
    ['24.0.0', 'ok'],
  ])('Node.js %s: %s', (version, status) => {
    expect(checkNode(version).status).toBe(status);
  });

  test('little memory: how many workers fit, at least one', () => {
    expect(checkMemory({ total: 8e9, available: 8e9 }, 4).status).toBe('ok');
    expect(checkMemory({ total: 8e9, available: 2.5e9 }, 4)).toMatchObject({
      status: 'warning',
      remedy: expect.stringContaining('workers=2'),
    });
    expect(checkMemory({ total: 8e9, available: 1e8 }, 4).remedy).toContain('workers=1');
  });

  test('a cache folder that cannot be made', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'asl-doctor-'));
    await writeFile(join(folder, 'file'), '');
    expect(await checkCache(join(folder, 'file', 'cache'))).toMatchObject({
      status: 'warning',
      remedy: expect.stringContaining('ASL_CACHE_DIR'),
    });
    expect(await checkCache(join(folder, 'cache'))).toMatchObject({ status: 'ok' });
    await rm(folder, { recursive: true });
  });
});

test('asl doctor lists the checks with what to do', async () => {
  const { code, stdout, stderr } = await runAsl(['doctor']);
  expect([code, stderr]).toEqual([0, '']);
  for (const name of ['Node.js', 'engine', 'device', 'threads', 'memory', 'cache']) {
    expect(stdout).toMatch(new RegExp(`^${name.replace('.', '\\.')} +(ok|warning) +\\S`, 'm'));
  }
});
