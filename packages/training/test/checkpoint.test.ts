import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openEngine } from '@auto-seg-loss/engine';
import { AslError, isAslError, Random } from '@auto-seg-loss/kernel';
import { decodeSafetensors, encodeSafetensors } from '@auto-seg-loss/weights';
import { memory } from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Checkpoint, loadCheckpoint, readCheckpoint, saveCheckpoint, takeCheckpoint } from '../src/checkpoint.ts';
import { tinyNetwork } from './tiny-network.ts';

let folder: string;
beforeAll(async () => {
  await openEngine({ backend: 'wasm' });
  folder = await mkdtemp(join(tmpdir(), 'asl-checkpoint-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

function makeCheckpoint(seed: string, classes = 3, metadata: Record<string, string> = {}): Checkpoint {
  const network = tinyNetwork.build(classes, Random.fromSeed(seed));
  const checkpoint = takeCheckpoint(network, metadata);
  network.dispose();
  return checkpoint;
}

async function codeOf(promise: Promise<unknown>): Promise<string | undefined> {
  return promise.then(
    () => undefined,
    (error: unknown) => (isAslError(error) ? error.code : String(error)),
  );
}

describe('checkpoint', () => {
  test('carries parameters and statistics from one network to another, and keeps no tensor', async () => {
    const path = join(folder, 'new', 'folder', 'warm.safetensors');
    const before = memory().numTensors;
    await saveCheckpoint(path, makeCheckpoint('a', 3, { iterations: '300' }));
    const network = tinyNetwork.build(3, Random.fromSeed('b'));
    const read = await readCheckpoint(path);
    if (read === undefined) throw new Error('the file was written');
    expect(read.metadata.iterations).toBe('300');
    expect(read.metadata.sha256).toMatch(/^[0-9a-f]{64}$/);
    loadCheckpoint(read, network, path);
    expect(takeCheckpoint(network).tensors).toEqual(makeCheckpoint('a').tensors);
    network.dispose();
    expect(memory().numTensors).toBe(before);
    expect(await readdir(join(folder, 'new', 'folder'))).toEqual(['warm.safetensors']);
  });

  test('is undefined where there is no file', async () => {
    expect(await readCheckpoint(join(folder, 'nothing.safetensors'))).toBeUndefined();
  });

  test('a changed byte anywhere, a cut file and a foreign file are corrupt', async () => {
    const path = join(folder, 'damaged.safetensors');
    await saveCheckpoint(path, makeCheckpoint('a', 3, { note: 'text' }));
    expect(await readCheckpoint(path)).toBeDefined();
    const good = await readFile(path);
    const positions = Array.from({ length: 60 }, (_, index) => Math.floor((index * good.length) / 60));
    for (const position of [...positions, good.length - 1]) {
      const bad = Buffer.from(good);
      bad[position] = (bad[position] as number) ^ 0x01;
      await writeFile(path, bad);
      expect([position, await codeOf(readCheckpoint(path))]).toEqual([position, 'ASL_STATE_CORRUPT']);
    }
    await writeFile(path, good.subarray(0, good.length - 4));
    expect(await codeOf(readCheckpoint(path))).toBe('ASL_STATE_CORRUPT');
    const { tensors } = decodeSafetensors(good, ({ received }) => new AslError('ASL_INTERNAL', received));
    await writeFile(path, encodeSafetensors({ tensors, metadata: {} }));
    expect(await codeOf(readCheckpoint(path))).toBe('ASL_STATE_CORRUPT');
  });

  test('a network of other classes or names refuses it, and stays as it was', () => {
    const network = tinyNetwork.build(4, Random.fromSeed('b'));
    const before = takeCheckpoint(network).tensors;
    const refused = (checkpoint: Checkpoint): string => {
      try {
        loadCheckpoint(checkpoint, network, 'warm.safetensors');
      } catch (error) {
        return isAslError(error) ? error.format() : String(error);
      }
      return 'accepted';
    };
    expect(refused(makeCheckpoint('a', 3))).toContain('expected: shape [1,1,4,4] for "last/filter"');
    const whole = makeCheckpoint('a', 4);
    const less = new Map(whole.tensors);
    less.delete('first/mean');
    expect(refused({ ...whole, tensors: less })).toContain('a tensor "first/mean"');
    const more = new Map(whole.tensors).set('extra', { shape: [], data: Float32Array.of(1) });
    expect(refused({ ...whole, tensors: more })).toContain('a tensor "extra" too');
    expect(takeCheckpoint(network).tensors).toEqual(before);
    network.dispose();
  });

  test('says so where the folder cannot be written', async () => {
    const file = join(folder, 'a-file');
    await writeFile(file, '');
    expect(await codeOf(saveCheckpoint(join(file, 'x.safetensors'), makeCheckpoint('a')))).toBe('ASL_RUN_FOLDER');
  });
});
