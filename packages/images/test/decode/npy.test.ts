import { fc, test } from '@fast-check/vitest';
import { dump, parse } from 'npyjs';
import { describe, expect } from 'vitest';
import { formatNpy, parseNpy } from '../../src/index.ts';

const shapes = fc.array(fc.nat({ max: 5 }), { maxLength: 5 });
const size = (shape: readonly number[]): number => shape.reduce((product, side) => product * side, 1);

describe('.npy files', () => {
  test.prop([shapes, fc.infiniteStream(fc.float({ noNaN: true }))])(
    'that are written begin their numbers at a multiple of 64 bytes, and are read by others and by us',
    (shape, stream) => {
      const data = Float32Array.from({ length: size(shape) }, () => stream.next().value as number);
      const file = formatNpy(data, shape);
      expect((file.length - 4 * data.length) % 64).toBe(0);
      expect(file[file.length - 4 * data.length - 1]).toBe('\n'.charCodeAt(0));
      const theirs = parse(Uint8Array.from(file).buffer);
      expect({ shape: theirs.shape, data: theirs.data, fortran: theirs.fortranOrder }).toEqual({
        shape,
        data,
        fortran: false,
      });
      expect(parseNpy(file)).toEqual({ dtype: 'f4', shape, data });
    },
  );

  test('have the header that numpy writes', () => {
    const header = Buffer.from(formatNpy(Float32Array.of(1, 2, 3), [3]))
      .subarray(0, 128)
      .toString('latin1');
    // numpy.save of the same, but for its own blanks.
    expect(header).toBe(
      `\x93NUMPY\x01\x00v\x00{'descr': '<f4', 'fortran_order': False, 'shape': (3,), }${' '.repeat(60)}\n`,
    );
  });

  test.prop([shapes, fc.infiniteStream(fc.integer())])("in Fortran's order are brought into rows", (shape, stream) => {
    const data = Int32Array.from({ length: size(shape) }, () => stream.next().value as number);
    const plain = Buffer.from(dump(data, shape));
    const turned = plain.subarray();
    turned.set(
      Buffer.from(plain.toString('latin1').replace("'fortran_order':False", "'fortran_order':True "), 'latin1'),
    );
    // The same numbers with the first index moving fastest are those of the mirrored shape, with all axes the other way round.
    const at = (index: readonly number[]): number =>
      index.reduceRight((offset, i, axis) => offset * (shape[axis] as number) + i, 0);
    const indices = shape.reduce<number[][]>(
      (found, side) => found.flatMap((index) => Array.from({ length: side }, (_, i) => [...index, i])),
      [[]],
    );
    const { data: rows, shape: read } = parseNpy(turned);
    expect(read).toEqual(shape);
    expect([...rows]).toEqual(indices.map((index) => data[at(index)]));
  });
});
