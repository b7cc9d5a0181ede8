import type { StateDict } from '../src/index.ts';

/** Where the numbers of a name begin: FNV-1a. */
function seedOf(name: string): number {
  let seed = 2166136261;
  for (const byte of new TextEncoder().encode(name)) seed = Math.imul(seed ^ byte, 16777619);
  return seed;
}

/** A number in [0, 1): a hash of a name and an index, as in python/formula.py. */
function uniform(seed: number, index: number): number {
  let x = (Math.imul(index, 2654435769) + seed) | 0;
  x = Math.imul(x ^ (x >>> 16), 0x45d9f3b);
  x = Math.imul(x ^ (x >>> 16), 0x45d9f3b);
  return ((x ^ (x >>> 16)) >>> 0) / 2 ** 32;
}

const sizeOf = (shape: readonly number[]): number => shape.reduce((product, side) => product * side, 1);

/** `scale`·u + `shift` for the numbers u in [0, 1) of a name. */
function numbers(name: string, size: number, scale: number, shift: number): Float32Array {
  const seed = seedOf(name);
  const values = new Float32Array(size);
  // Plain loops: there are hundreds of millions of them.
  for (let index = 0; index < size; index++) values[index] = scale * uniform(seed, index) + shift;
  return values;
}

/** Numbers in [-1, 1). */
export function signed(name: string, shape: readonly number[]): Float32Array {
  return numbers(name, sizeOf(shape), 2, -1);
}

/** Images [n, h, w, 3], each brighter and of more contrast than the one before, so that batch norm of their means is well defined. */
export function images(seed: number, shape: readonly [number, number, number, number]): Float32Array {
  const size = sizeOf(shape.slice(1));
  return signed(`images ${seed}`, shape).map((value, index) => {
    const image = Math.floor(index / size);
    return (1 + image) * value + image / 2;
  });
}

/** A whole state dict of the formula. @param shapes in PyTorch's layout, by name. */
export function formulaWeights(shapes: ReadonlyMap<string, readonly number[]>): StateDict {
  return new Map(
    [...shapes].map(([name, shape]) => [name, { dtype: 'float32', shape, data: weight(name, shape) }] as const),
  );
}

/** Batch norms that end a branch beside a shortcut: small, so that rounding does not grow from block to block. */
const BRANCH_ENDS = /(bn2|bn3|conv\.\d)\.weight$/;

function weight(name: string, shape: readonly number[]): Float32Array {
  const size = sizeOf(shape);
  if (shape.length === 4) {
    const bound = Math.sqrt(6 / sizeOf(shape.slice(1)));
    return numbers(name, size, 2 * bound, -bound);
  }
  if (name.endsWith('running_var')) return numbers(name, size, 1, 0.5);
  if (name.endsWith('running_mean')) return numbers(name, size, 0.4, -0.2);
  if (BRANCH_ENDS.test(name)) return numbers(name, size, 0.1, 0.1);
  if (name.endsWith('weight')) return numbers(name, size, 0.3, 0.3);
  // A few channels lie about the kinks of ReLU and ReLU6, where a rounding that is crossed changes gradients by far more.
  return numbers(name, size, 1, 0).map((u) => (u < 1 / 64 ? 32 * u - 0.25 : u < 1 / 32 ? 5 + 32 * u : 2 + u));
}

/** What python/summary.py keeps of a tensor: its length, and its product with a tensor of the formula. */
export function summary(name: string, values: ArrayLike<number>): readonly [length: number, product: number] {
  const seed = seedOf(`${name}?`);
  let [squares, product] = [0, 0];
  for (let index = 0; index < values.length; index++) {
    const value = values[index] as number;
    squares += value ** 2;
    product += value * (2 * uniform(seed, index) - 1);
  }
  return [Math.sqrt(squares), product];
}

const POINTS = 5;

/** The entries that python/summary.py keeps. */
export function entries(values: ArrayLike<number>): readonly number[] {
  return Array.from({ length: POINTS }, (_, point) => {
    return values[halfToEven(((values.length - 1) * point) / (POINTS - 1))] as number;
  });
}

/** As numpy rounds. */
function halfToEven(value: number): number {
  const below = Math.floor(value);
  if (value - below !== 0.5) return Math.round(value);
  return below % 2 === 0 ? below : below + 1;
}
