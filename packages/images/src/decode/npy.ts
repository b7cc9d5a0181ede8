import { type NumberType, readNumbers, sizeOf } from './numbers.ts';
import type { Numbers } from './raster.ts';
import { BrokenFile, CutShort, NotRead } from './unusable.ts';

/** An array of a .npy file. */
export interface NpyArray {
  /** As numpy names it, such as "f4" or "b1". */
  readonly dtype: string;
  readonly shape: readonly number[];
  /** Row-major, whatever the order in the file. */
  readonly data: Numbers;
}

const MAGIC = '\x93NUMPY';
const KINDS: Readonly<Record<string, string>> = { u: 'uint', i: 'int', f: 'float' };

/** What the header of a .npy file says. */
export interface NpyHeader {
  readonly dtype: string;
  readonly type: NumberType;
  readonly littleEndian: boolean;
  readonly fortranOrder: boolean;
  readonly shape: readonly number[];
  /** Where the numbers begin. */
  readonly start: number;
}

export function isNpy(bytes: Uint8Array): boolean {
  return MAGIC === String.fromCharCode(...bytes.subarray(0, MAGIC.length));
}

/** Reads numpy's own header: a Python dictionary. @throws BrokenFile, or NotRead for arrays of something else than numbers. */
export function readNpyHeader(bytes: Uint8Array): NpyHeader {
  if (!isNpy(bytes)) throw new BrokenFile('it is no .npy file: it does not begin as numpy begins them');
  if (bytes.length < 12) throw new CutShort();
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const [begin, length] = bytes[6] === 1 ? [10, view.getUint16(8, true)] : [12, view.getUint32(8, true)];
  const start = begin + length;
  if (start > bytes.length) throw new CutShort();
  const text = Buffer.from(bytes.subarray(begin, start)).toString('latin1');
  const field = (pattern: RegExp): string | undefined => pattern.exec(text)?.[1];
  const shape = field(/'shape'\s*:\s*\(([^)]*)\)/);
  const order = field(/'fortran_order'\s*:\s*(True|False)/);
  const descr = field(/'descr'\s*:\s*(?=\S)('[^']*'|\[)/);
  if (shape === undefined || order === undefined || descr === undefined)
    throw new BrokenFile('its header does not say what the array is');
  const [, end, kind, size] = /^'([<>|=]?)([a-zA-Z])(\d*)'$/.exec(descr) ?? [];
  const dtype = `${kind ?? ''}${size ?? ''}`;
  const type = dtype === 'b1' ? 'uint8' : `${KINDS[kind ?? ''] ?? ''}${Number(size) * 8}`;
  if (!/^(u?int(8|16|32|64)|float(16|32|64))$/.test(type))
    throw new NotRead(
      `a .npy array of ${descr.startsWith('[') ? 'records' : descr.replaceAll("'", '')}`,
      'save whole numbers: array.astype(numpy.int32)',
    );
  const sides = shape
    .split(',')
    .map((side) => side.trim())
    .filter((side) => side !== '');
  if (sides.some((side) => !/^\d+$/.test(side))) throw new BrokenFile('its header does not say what the array is');
  return {
    dtype,
    type: type as NumberType,
    littleEndian: end !== '>',
    fortranOrder: order === 'True',
    shape: sides.map(Number),
    start,
  };
}

/**
 * Reads a .npy file of numbers or booleans; an array in Fortran's order is brought into rows.
 * @throws an Error whose message says what is wrong: it is cut short, holds something else than numbers, or is no .npy file.
 */
export function parseNpy(bytes: Uint8Array): NpyArray {
  const { dtype, type, littleEndian, fortranOrder, shape, start } = readNpyHeader(bytes);
  const count = shape.reduce((product, side) => product * side, 1);
  const end = start + count * sizeOf(type);
  if (end !== bytes.length)
    throw new BrokenFile(
      `${(bytes.length - start) / sizeOf(type)} numbers in place of ${count}, for [${shape.join(', ')}]`,
    );
  const data = readNumbers(bytes.subarray(start), type, littleEndian);
  return { dtype, shape, data: fortranOrder ? rowMajor(data, shape) : data };
}

/** Brings numbers whose first index moves fastest into the order in which the last does. */
function rowMajor(data: Numbers, shape: readonly number[]): Numbers {
  const out = data.slice() as Numbers;
  const strides = shape.map((_, axis) => shape.slice(0, axis).reduce((product, side) => product * side, 1));
  const index = shape.map(() => 0);
  let from = 0;
  for (let to = 0; to < out.length; to++) {
    out[to] = data[from] as never;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      const side = shape[axis] as number;
      const stride = strides[axis] as number;
      index[axis] = (index[axis] as number) + 1;
      from += stride;
      if ((index[axis] as number) < side) break;
      index[axis] = 0;
      from -= side * stride;
    }
  }
  return out;
}

/**
 * Writes floats in numpy's format. The header is padded so that the numbers begin at a multiple of 64 bytes, as numpy's
 * format asks: programs that map the file into memory rely on it.
 */
export function formatNpy(data: Float32Array, shape: readonly number[]): Uint8Array {
  const tuple = shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(', ')})`;
  const fields = `{'descr': '<f4', 'fortran_order': False, 'shape': ${tuple}, }`;
  const start = Math.ceil((10 + fields.length + 1) / 64) * 64;
  const out = Buffer.alloc(start + data.length * 4);
  out.write(`${MAGIC}\x01\x00`, 0, 'latin1');
  out.writeUInt16LE(start - 10, 8);
  out.write(`${fields.padEnd(start - 11)}\n`, 10, 'latin1');
  for (const [i, value] of data.entries()) out.writeFloatLE(value, start + 4 * i);
  return out;
}
