import type { ClassMap } from '@auto-seg-loss/formula';

/** Whole numbers, as pictures and networks give them. */
export type ClassIndices =
  | Uint8Array
  | Uint8ClampedArray
  | Int8Array
  | Uint16Array
  | Int16Array
  | Int32Array
  | Uint32Array;

/** As the evaluator takes them. Everything but whole numbers goes on as it is, for the evaluator to refuse. */
export function classMap(indices: ClassIndices): ClassMap {
  if (indices instanceof Uint8ClampedArray) return new Uint8Array(indices.buffer, indices.byteOffset, indices.length);
  const others = [Int8Array, Uint16Array, Int16Array, Uint32Array];
  // A Uint32 above 2³¹ becomes negative, and is no class as before.
  return others.some((type) => indices instanceof type) ? Int32Array.from(indices) : (indices as ClassMap);
}
