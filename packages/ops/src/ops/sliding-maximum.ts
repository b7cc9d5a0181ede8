/** Which way a window slides over a tensor: [outer, length, inner], windows along `length`. */
export interface SlidingShape {
  readonly outer: number;
  readonly length: number;
  readonly inner: number;
}

/** The largest of each window, and where it came from. */
export interface SlidingMaximum {
  readonly values: Float32Array;
  /** Flat indices into the input: the first of equal values. */
  readonly sources: Int32Array;
}

/**
 * The maximum over `reach` positions to both sides, the window cut off at the ends. One pass whatever the reach: a queue
 * keeps the candidates of the window, falling in value, so that its head is the answer.
 */
export function slidingMaximum(x: Float32Array, { outer, length, inner }: SlidingShape, reach: number): SlidingMaximum {
  const values = new Float32Array(x.length);
  const sources = new Int32Array(x.length);
  const queue = new Int32Array(length);
  for (let block = 0; block < outer; block++) {
    for (let lane = 0; lane < inner; lane++) {
      const start = block * length * inner + lane;
      const at = (position: number): number => x[start + position * inner] as number;
      let head = 0;
      let tail = 0;
      let next = 0;
      for (let position = 0; position < length; position++) {
        const last = Math.min(position + reach, length - 1);
        for (; next <= last; next++) {
          const value = at(next);
          // Equal ones stay: the earlier of them is the answer.
          while (tail > head && at(queue[tail - 1] as number) < value) tail--;
          queue[tail++] = next;
        }
        while ((queue[head] as number) < position - reach) head++;
        const best = start + (queue[head] as number) * inner;
        values[start + position * inner] = x[best] as number;
        sources[start + position * inner] = best;
      }
    }
  }
  return { values, sources };
}

/** Adds each value to the place that its window's maximum came from. @param size how many places there are. */
export function scatterToSources(dy: ArrayLike<number>, sources: ArrayLike<number>, size: number): Float32Array {
  const dx = new Float32Array(size);
  for (let index = 0; index < dy.length; index++) {
    const source = sources[index] as number;
    dx[source] = (dx[source] as number) + (dy[index] as number);
  }
  return dx;
}
