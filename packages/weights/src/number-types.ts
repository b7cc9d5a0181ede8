import type { NumberType } from './state-dict.ts';

/** Bytes of a number. */
export const BYTES_OF: Readonly<Record<NumberType, number>> = {
  float32: 4,
  float16: 2,
  bfloat16: 2,
  float64: 8,
  int64: 8,
  int32: 4,
  int16: 2,
  int8: 1,
  uint8: 1,
  bool: 1,
};

/**
 * Little-endian numbers as float32, the nearest of each; a float64 beyond its range becomes infinite.
 * @param bytes a whole number of them, at any alignment; they are copied.
 */
export function toFloat32(bytes: Uint8Array, type: NumberType): Float32Array {
  // Typed arrays are in the machine's byte order, and every platform that Node's V8 builds run TensorFlow on is little endian.
  // (`slice` of a Buffer is no copy.)
  const { buffer } = new Uint8Array(bytes);
  switch (type) {
    case 'float32':
      return new Float32Array(buffer);
    case 'float64':
      return new Float32Array(new Float64Array(buffer));
    case 'float16':
      return mapped(new Uint16Array(buffer), (bits) => HALVES[bits] ?? 0);
    case 'bfloat16':
      // The upper half of a float32.
      return new Float32Array(new Uint32Array(new Uint16Array(buffer)).map((bits) => bits << 16).buffer);
    case 'int64':
      return mapped(new BigInt64Array(buffer), Number);
    case 'int32':
      return new Float32Array(new Int32Array(buffer));
    case 'int16':
      return new Float32Array(new Int16Array(buffer));
    case 'int8':
      return new Float32Array(new Int8Array(buffer));
    case 'uint8':
    case 'bool':
      return new Float32Array(new Uint8Array(buffer));
  }
}

/** `Float32Array.from` takes ten times as long. */
function mapped<Value>(values: ArrayLike<Value>, toNumber: (value: Value) => number): Float32Array {
  const numbers = new Float32Array(values.length);
  for (let index = 0; index < values.length; index++) numbers[index] = toNumber(values[index] as Value);
  return numbers;
}

/** IEEE 754 binary16: 1 bit sign, 5 exponent, 10 fraction. */
function halfValue(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 0x1f) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** Of all 16 bits. */
const HALVES: Float32Array = Float32Array.from({ length: 2 ** 16 }, (_, bits) => halfValue(bits));
