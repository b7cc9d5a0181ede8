import { BYTES_OF, toFloat32 } from '../number-types.ts';
import type { Refuse } from '../refusal.ts';
import type { Tensor } from './pickle/values.ts';

/** Bytes that may still be read from a file; what is more would be made of nothing, by strides of 0. */
export interface Budget {
  bytes: number;
}

/** A small file may repeat some numbers; of a large one a few tensors may share them. */
const LEAST = 2 ** 22;
const SHARED = 4;

export function budgetOf(fileBytes: number): Budget {
  return { bytes: Math.max(LEAST, SHARED * fileBytes) };
}

/**
 * The numbers of a view in row-major order.
 * @param bytes those of its whole storage.
 * @throws the error that `refuse` makes, for a view that reaches beyond its storage, or more numbers than the file can hold.
 */
export function tensorNumbers(
  name: string,
  tensor: Tensor,
  bytes: Uint8Array,
  budget: Budget,
  refuse: Refuse,
): Float32Array {
  const { storage, offset, shape, strides } = tensor;
  if (shape.includes(0)) return new Float32Array(0);
  const size = shape.reduce((product, one) => product * one, 1);
  const reach = 1 + shape.reduce((sum, one, axis) => sum + (one - 1) * (strides[axis] ?? 0), 0);
  if (offset + reach > storage.count) {
    throw refuse({
      expected: `tensor "${name}" within its storage of ${storage.count} numbers`,
      received: `shape ${JSON.stringify(shape)} by strides ${JSON.stringify(strides)} from ${offset}`,
    });
  }
  const width = BYTES_OF[storage.type];
  budget.bytes -= width * Math.max(size, reach);
  if (budget.bytes < 0) {
    throw refuse({
      expected: 'tensors no larger than the file',
      received: `tensor "${name}" of ${size} numbers is too many`,
    });
  }
  const stored = toFloat32(bytes.subarray(offset * width, (offset + reach) * width), storage.type);
  return isRowMajor(shape, strides) ? stored : gather(stored, shape, strides, size);
}

/** Axes of one element may have any stride. */
function isRowMajor(shape: readonly number[], strides: readonly number[]): boolean {
  let expected = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    const size = shape[axis] ?? 1;
    if (size !== 1 && strides[axis] !== expected) return false;
    expected *= size;
  }
  return true;
}

function gather(
  stored: Float32Array,
  shape: readonly number[],
  strides: readonly number[],
  size: number,
): Float32Array {
  const numbers = new Float32Array(size);
  const index = shape.map(() => 0);
  for (let to = 0, from = 0; to < size; to++) {
    numbers[to] = stored[from] ?? 0;
    // The next index, as a counter turns: the last axis first.
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      const [at = 0, stride = 0] = [index[axis], strides[axis]];
      from += stride;
      if (at + 1 < (shape[axis] ?? 1)) {
        index[axis] = at + 1;
        break;
      }
      from -= (at + 1) * stride;
      index[axis] = 0;
    }
  }
  return numbers;
}
