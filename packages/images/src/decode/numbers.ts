import { endianness } from 'node:os';
import type { Numbers } from './raster.ts';

export type NumberType =
  | 'uint8'
  | 'int8'
  | 'uint16'
  | 'int16'
  | 'uint32'
  | 'int32'
  | 'uint64'
  | 'int64'
  | 'float16'
  | 'float32'
  | 'float64';

/** How many bytes one takes. */
export function sizeOf(type: NumberType): number {
  return Number(type.replace(/\D+/, '')) / 8;
}

/** Reads numbers that lie in a row in `bytes`, which is left as it is. float16 is widened. */
export function readNumbers(bytes: Uint8Array, type: NumberType, littleEndian: boolean): Numbers {
  // A copy, so that the numbers begin where an array of them may begin, and own their memory.
  const copy = Buffer.from(new ArrayBuffer(bytes.length));
  copy.set(bytes);
  const size = sizeOf(type);
  if (littleEndian !== (endianness() === 'LE')) {
    if (size === 2) copy.swap16();
    if (size === 4) copy.swap32();
    if (size === 8) copy.swap64();
  }
  const { buffer } = copy;
  switch (type) {
    case 'uint8':
      return new Uint8Array(buffer);
    case 'int8':
      return new Int8Array(buffer);
    case 'uint16':
      return new Uint16Array(buffer);
    case 'int16':
      return new Int16Array(buffer);
    case 'uint32':
      return new Uint32Array(buffer);
    case 'int32':
      return new Int32Array(buffer);
    case 'uint64':
      return new BigUint64Array(buffer);
    case 'int64':
      return new BigInt64Array(buffer);
    case 'float16':
      return Float32Array.from(new Uint16Array(buffer), widen);
    case 'float32':
      return new Float32Array(buffer);
    case 'float64':
      return new Float64Array(buffer);
  }
}

/** The largest value of an integer type; what floats hold has no such bound. */
export function maximumOf(type: NumberType): number {
  if (type.startsWith('float')) return Number.POSITIVE_INFINITY;
  return 2 ** (sizeOf(type) * 8 - (type.startsWith('u') ? 0 : 1)) - 1;
}

/** A float of 16 bits: sign, 5 bits of exponent, 10 of mantissa. */
function widen(half: number): number {
  const sign = half & 0x8000 ? -1 : 1;
  const exponent = (half >> 10) & 0x1f;
  const mantissa = half & 0x3ff;
  if (exponent === 0x1f) return mantissa === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return exponent === 0 ? sign * mantissa * 2 ** -24 : sign * (1 + mantissa / 1024) * 2 ** (exponent - 15);
}
