import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isAslError } from '@auto-seg-loss/kernel';
import { fc, test } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import { decodeWeights, encodeSafetensors, readWeights, type WeightTensor, writeSafetensors } from '../src/index.ts';
import { readOrRefused, refused } from './refused.ts';

// Written by the Python package safetensors 0.8.0 (numpy.save_file): tensors of rank 0, 1 and 4, an empty one, a subnormal.
const golden = readFileSync(new URL('golden/from-python.safetensors', import.meta.url));

const tensor = (shape: readonly number[], data: Float32Array): WeightTensor => ({ dtype: 'float32', shape, data });

/** A file with this header and so many bytes of tensors. */
function fileOf(header: string | object, bytes = 8): Buffer {
  const json = Buffer.from(typeof header === 'string' ? header : JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(json.length));
  return Buffer.concat([length, json, Buffer.alloc(bytes)]);
}

const entry = (begin: number, end: number, changes: object = {}) => ({
  dtype: 'F32',
  shape: [(end - begin) / 4],
  data_offsets: [begin, end],
  ...changes,
});

describe('safetensors', () => {
  test('reads what the Python package wrote', async () => {
    const { stateDict, metadata } = await decodeWeights(golden, 'golden');
    expect(metadata).toEqual({ format: 'np', note: 'größe' });
    expect([...stateDict.keys()].sort()).toEqual(['empty', 'scalar', 'stem/filter', 'stem/gamma']);
    expect(stateDict.get('scalar')).toEqual(tensor([], Float32Array.of(2.25)));
    expect(stateDict.get('empty')).toEqual(tensor([0, 3], new Float32Array(0)));
    const filter = Float32Array.from({ length: 24 }, (_, index) => Math.fround(Math.fround(index / 7) - 1.5));
    expect(stateDict.get('stem/filter')).toEqual(tensor([2, 2, 2, 3], filter));
    expect(stateDict.get('stem/gamma')?.data).toEqual(Float32Array.of(1.5, -0, 3e-39));
  });

  test('writes the bytes that the Python package writes', async () => {
    const { stateDict, metadata } = await decodeWeights(golden, 'golden');
    expect(encodeSafetensors({ tensors: stateDict, metadata })).toEqual(new Uint8Array(golden));
  });

  const tensors = fc.array(fc.nat(3), { maxLength: 4 }).chain((shape) => {
    const size = shape.reduce((product, one) => product * one, 1);
    return fc
      .array(fc.float({ noNaN: true, noDefaultInfinity: true }), { minLength: size, maxLength: size })
      .map((values) => tensor(shape, Float32Array.from(values)));
  });
  const names = fc.oneof(fc.string({ unit: 'grapheme' }), fc.constantFrom('__proto__', '0', '10', 'a"b', 'a\\'));

  test.prop([
    fc.uniqueArray(fc.tuple(names, tensors), { maxLength: 5, selector: ([name]) => name }),
    fc.dictionary(names, fc.string()),
  ])('gives back what it wrote, in its order, whatever the names', async (entries, metadata) => {
    const bytes = Buffer.from(encodeSafetensors({ tensors: new Map(entries), metadata }));
    const read = await decodeWeights(bytes, 'memory');
    expect(new Map(read.stateDict)).toEqual(new Map(entries));
    expect(Object.entries(read.metadata)).toEqual(Object.entries(metadata));
  });

  test('is written into a file whole, and not over one that cannot be', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'asl-weights-'));
    const path = join(folder, 'a.safetensors');
    const weights = new Map([['a', tensor([2], Float32Array.of(1, 2))]]);
    writeSafetensors(path, weights, { note: 'x' });
    expect(await readWeights(path)).toMatchObject({ stateDict: weights, metadata: { note: 'x' } });
    expect(() => writeSafetensors(join(folder, 'none', 'a'), weights)).toThrow(
      expect.objectContaining({ code: 'ASL_RUN_FOLDER' }),
    );
    expect(existsSync(join(folder, 'none'))).toBe(false);
    await rm(folder, { recursive: true });
  });

  test.each([
    ['__metadata__', [1], 'another name'],
    ['\ud800', [1], 'whole characters'],
    ['a', [2], '2 numbers'],
  ])('does not write a tensor "%s" of shape %j with one number', (name, shape, what) => {
    const write = () =>
      encodeSafetensors({ tensors: new Map([[name, { shape, data: Float32Array.of(1) }]]), metadata: {} });
    expect(write).toThrow(expect.objectContaining({ code: 'ASL_ARGUMENT_INVALID' }));
    expect(() => write()).toThrow(
      expect.objectContaining({ details: expect.objectContaining({ expected: expect.stringContaining(what) }) }),
    );
  });

  test.each<[string, Buffer, string]>([
    ['that overlap', fileOf({ a: entry(0, 8), b: entry(4, 8) }), '"b" to begin at byte 8'],
    ['with a gap between them', fileOf({ a: entry(0, 4), b: entry(8, 12) }, 12), '"b" to begin at byte 4'],
    ['that begin late', fileOf({ a: entry(4, 8) }), '"a" to begin at byte 0'],
    ['beyond the end', fileOf({ a: entry(0, 12) }), '12 bytes of tensors'],
    ['before the end', fileOf({ a: entry(0, 4) }), '4 bytes of tensors'],
    ['of another shape', fileOf({ a: entry(0, 8, { shape: [3] }) }), '12 bytes for "a"'],
    ['of a shape beyond numbers', fileOf({ a: entry(0, 8, { shape: [2 ** 50, 2 ** 50] }) }), 'bytes for "a"'],
    ['of a negative size', fileOf({ a: entry(0, 8, { shape: [-2] }) }), 'dtype, shape and data_offsets'],
    ['of an unknown type', fileOf({ a: entry(0, 8, { dtype: 'F4' }) }), '"F4"'],
    ['of a type that every object has', fileOf({ a: entry(0, 8, { dtype: 'toString' }) }), '"toString"'],
    ['of one name', fileOf(`{"a":${JSON.stringify(entry(0, 4))},"a":${JSON.stringify(entry(4, 8))}}`), 'twice'],
    ['with a field twice', fileOf('{"a":{"dtype":"F16","dtype":"F32","shape":[2],"data_offsets":[0,8]}}'), 'twice'],
    ['without fields', fileOf({ a: 3 }), 'dtype, shape and data_offsets for "a"'],
    ['beside text that is none', fileOf({ __metadata__: { a: 1 }, a: entry(0, 8) }), 'text values'],
  ])('refuses tensors %s', async (_name, bytes, what) => {
    expect(await refused(bytes)).toContain(what);
  });

  test('refuses a header that is longer than the file, or that is none', async () => {
    const bytes = Buffer.from(golden);
    bytes.writeBigUInt64LE(2n ** 63n);
    expect(await refused(bytes)).toContain('a header of 9223372036854775808 bytes');
    expect(await refused(fileOf('{]'))).toContain('a header of JSON');
    expect(await refused(fileOf(`{"a":${'['.repeat(1e6)}${']'.repeat(1e6)}}`))).toMatch(/^ASL_WEIGHTS_INVALID/);
  });

  test('refuses a number beyond float32', async () => {
    const bytes = fileOf({ a: entry(0, 8, { dtype: 'F64', shape: [1] }) });
    bytes.writeDoubleLE(1e300, bytes.length - 8);
    const message = await refused(bytes);
    expect(message).toContain('the tensor "a" has a number that is not finite');
    expect(message).toContain('range of float32');
  });

  test.prop([fc.nat(golden.length - 1)])('refuses a file that was cut short', async (length) => {
    expect(await refused(golden.subarray(0, length))).toMatch(/^ASL_WEIGHTS_INVALID/);
  });

  test.prop([fc.nat(golden.length - 1), fc.integer({ min: 1, max: 255 })], { numRuns: 500 })(
    'a changed byte is refused as damage, or the file still describes whole tensors',
    async (position, change) => {
      const bytes = Buffer.from(golden);
      bytes[position] = (bytes[position] ?? 0) ^ change;
      const outcome = await readOrRefused(bytes);
      if (typeof outcome === 'string') return;
      for (const { shape, data } of outcome.stateDict.values()) {
        expect(data.length).toBe(shape.reduce((product, size) => product * size, 1));
      }
    },
  );
});

describe('what is not a file of weights', () => {
  test.each<[string | Buffer, string]>([
    ['', 'an empty file'],
    ['<!DOCTYPE html><title>404</title>', 'a web page'],
    ['version https://git-lfs.github.com/spec/v1\noid sha256:00', 'a pointer of Git LFS'],
    [Buffer.from('\x89HDF\r\n\x1a\n', 'latin1'), 'an HDF5 file'],
    [Buffer.from('\x93NUMPY', 'latin1'), 'an array of NumPy'],
    [Buffer.from([0x1f, 0x8b, 8]), 'compressed by gzip'],
    [Buffer.from(`${'x'.repeat(257)}ustar`), 'a tar archive'],
    [Buffer.from([0x80, 4, 0x4e, 0x2e]), 'a pickle that torch.save did not write'],
    ['anything', 'something else'],
  ])('%j is called by its name', async (bytes, what) => {
    expect(await refused(Buffer.from(bytes))).toContain(what);
  });

  test('is said where there is none, or a folder', async () => {
    await expect(readWeights('/nowhere/x.pth')).rejects.toSatisfy(
      (error) => isAslError(error) && error.code === 'ASL_WEIGHTS_MISSING',
    );
    await expect(readWeights(tmpdir())).rejects.toMatchObject({
      code: 'ASL_WEIGHTS_INVALID',
      details: { received: 'a folder' },
    });
  });
});
