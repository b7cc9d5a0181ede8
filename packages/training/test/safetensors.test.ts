import { readFileSync } from 'node:fs';
import { isAslError } from '@auto-seg-loss/kernel';
import { fc, test } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import { decodeSafetensors, encodeSafetensors, type StoredTensor } from '../src/safetensors.ts';

// Written by the Python package safetensors 0.8.0 (numpy.save_file): tensors of rank 0, 1 and 4, an empty one, a subnormal.
const golden = new Uint8Array(readFileSync(new URL('golden/from-python.safetensors', import.meta.url)));

function errorOf(run: () => unknown): unknown {
  try {
    run();
  } catch (error) {
    return error;
  }
  return undefined;
}

describe('safetensors', () => {
  test('reads what the Python package wrote', () => {
    const { tensors, metadata } = decodeSafetensors(golden, 'golden');
    expect(metadata).toEqual({ format: 'np', note: 'größe' });
    expect([...tensors.keys()].sort()).toEqual(['empty', 'scalar', 'stem/filter', 'stem/gamma']);
    expect(tensors.get('scalar')).toEqual({ shape: [], data: Float32Array.of(2.25) });
    expect(tensors.get('empty')).toEqual({ shape: [0, 3], data: new Float32Array(0) });
    expect(tensors.get('stem/filter')?.shape).toEqual([2, 2, 2, 3]);
    expect(tensors.get('stem/filter')?.data).toEqual(
      Float32Array.from({ length: 24 }, (_, index) => Math.fround(Math.fround(index / 7) - 1.5)),
    );
    expect(tensors.get('stem/gamma')?.data).toEqual(Float32Array.of(1.5, -0, 3e-39));
  });

  test('writes the bytes that the Python package writes', () => {
    expect(encodeSafetensors(decodeSafetensors(golden, 'golden'))).toEqual(golden);
  });

  const tensorArbitrary: fc.Arbitrary<StoredTensor> = fc.array(fc.nat(3), { maxLength: 4 }).chain((shape) => {
    const size = shape.reduce((product, one) => product * one, 1);
    return fc
      .array(fc.float(), { minLength: size, maxLength: size })
      .map((values) => ({ shape, data: Float32Array.from(values) }));
  });

  test.prop([
    fc.array(fc.tuple(fc.string({ minLength: 1 }), tensorArbitrary), { maxLength: 5 }),
    fc.dictionary(fc.string({ minLength: 1 }), fc.string()),
  ])('gives back what it wrote, whatever the names', (entries, metadata) => {
    const tensors = new Map(entries.filter(([name]) => name !== '__metadata__' && name !== '__proto__'));
    const read = decodeSafetensors(encodeSafetensors({ tensors, metadata }), 'memory');
    expect(new Map(read.tensors)).toEqual(tensors);
    expect({ ...read.metadata }).toEqual({ ...metadata });
  });

  test.prop([fc.nat(golden.length - 1)])('refuses a file that was cut short', (length) => {
    const error = errorOf(() => decodeSafetensors(golden.subarray(0, length), 'model.safetensors'));
    expect(isAslError(error) && error.code).toBe('ASL_STATE_CORRUPT');
  });

  test.prop([fc.nat(0x137), fc.integer({ min: 1, max: 255 })])(
    'a changed header is refused as damage or still describes whole tensors',
    (position, change) => {
      const bytes = golden.slice();
      bytes[position] = (bytes[position] as number) ^ change;
      const error = errorOf(() => {
        for (const { shape, data } of decodeSafetensors(bytes, 'x').tensors.values()) {
          expect(data.length).toBe(shape.reduce((product, size) => product * size, 1));
        }
      });
      expect(error === undefined || (isAslError(error) && error.code === 'ASL_STATE_CORRUPT')).toBe(true);
    },
  );
});
