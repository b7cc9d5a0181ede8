import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { readWeights } from '../src/index.ts';
import { refused } from './refused.ts';

interface Expected {
  readonly type: string;
  readonly shape: readonly number[];
  readonly values: readonly number[];
}

// Made by PyTorch: golden/make-weights.py.
const pathOf = (name: string): string => fileURLToPath(new URL(`golden/${name}`, import.meta.url));
const { all, checkpoint } = JSON.parse(readFileSync(pathOf('all.json'), 'utf8')) as {
  readonly all: Readonly<Record<string, Expected>>;
  readonly checkpoint: Readonly<Record<string, Omit<Expected, 'type'>>>;
};

describe.each([
  ['all.pth', 'pth'],
  ['all-protocol-5.pth', 'pth'],
  ['all-legacy.pth', 'legacy-pth'],
  ['all.safetensors', 'safetensors'],
] as const)('%s, which PyTorch wrote', (name, format) => {
  test('is read to the last bit, whatever its numbers, strides and storages', async () => {
    const { stateDict, storedAs, ...rest } = await readWeights(pathOf(name));
    expect(rest).toMatchObject({ format, notes: [] });
    expect([...stateDict.keys()].sort()).toEqual(Object.keys(all).sort());
    for (const [key, { type, shape, values }] of Object.entries(all)) {
      const data = Float32Array.from(values);
      expect([key, storedAs.get(key), stateDict.get(key)]).toEqual([key, type, { dtype: 'float32', shape, data }]);
    }
  });
});

test('a safetensors file has its text', async () => {
  expect((await readWeights(pathOf('all.safetensors'))).metadata).toEqual({ note: 'größe' });
});

test('the state dict within a checkpoint is taken, without the prefix of a wrapped network, and both are said', async () => {
  const { stateDict, notes } = await readWeights(pathOf('checkpoint.pth'));
  expect(Object.fromEntries(stateDict)).toEqual(
    Object.fromEntries(
      Object.entries(checkpoint).map(([name, { shape, values }]) => [
        name,
        { dtype: 'float32', shape, data: Float32Array.from(values) },
      ]),
    ),
  );
  expect(notes).toEqual([expect.stringContaining('"state_dict"'), expect.stringContaining('"module."')]);
});

test('parameters are read as they were written until 0.4', async () => {
  const { stateDict } = await readWeights(pathOf('parameters-0.3.pth'));
  expect(stateDict.get('a')).toEqual({ dtype: 'float32', shape: [3], data: Float32Array.of(0, 1, 2) });
});

test('a whole network with its classes is refused, and the class is named', async () => {
  expect(await refused(readFileSync(pathOf('network.pth')))).toMatch(
    /^ASL_WEIGHTS_UNSAFE: .*torch\.nn\.modules\.container\.Sequential/,
  );
});
