import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getBackend } from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openEngine } from '../src/index.ts';
import { nativeInstalled } from './engines.ts';

let empty: string;

beforeAll(async () => {
  empty = await mkdtemp(join(tmpdir(), 'asl-cache-'));
});

afterAll(() => rm(empty, { recursive: true, force: true }));

// In this order: what is loaded stays loaded.
test('without the native engine: WebAssembly, with the reason and the remedy', async () => {
  expect(await openEngine({ cacheDir: empty })).toMatchObject({
    backend: 'wasm',
    device: 'CPU',
    threads: 1,
    fallback: { reason: expect.stringContaining('not installed'), remedy: 'npx --no-install asl engine install' },
  });
  expect(getBackend()).toBe('wasm');
});

test('WebAssembly as asked for is no fallback', async () => {
  expect((await openEngine({ backend: 'wasm' })).fallback).toBeUndefined();
});

test('the native engine as asked for, where it is missing, is an error', async () => {
  await expect(openEngine({ backend: 'native', cacheDir: empty })).rejects.toMatchObject({
    code: 'ASL_ENGINE_MISSING',
    details: { where: expect.stringContaining(empty), remedy: expect.stringContaining('asl engine install') },
  });
});

test.each([0, 1.5, Number.NaN])('refuses %d threads', async (threads) => {
  await expect(openEngine({ threads })).rejects.toMatchObject({ code: 'ASL_ARGUMENT_INVALID' });
});

test.skipIf(!nativeInstalled)('the native engine: loaded once, with one number of threads', async () => {
  const engine = await openEngine({ threads: 1 });
  expect(engine).toEqual({ backend: 'native', libraryVersion: '2.21.0', device: engine.device, threads: 1 });
  expect(getBackend()).toBe('tensorflow');
  await openEngine({ backend: 'wasm' });
  expect(getBackend()).toBe('wasm');
  expect(await openEngine({ backend: 'native' })).toBe(engine);
  expect(getBackend()).toBe('tensorflow');
  await expect(openEngine({ threads: 2 })).rejects.toMatchObject({
    code: 'ASL_ARGUMENT_INVALID',
    details: { expected: '1' },
  });
});
