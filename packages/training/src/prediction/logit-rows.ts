import type { Size } from '../data/resize-sample.ts';

/** Logits of an image's row, [w, c]. The array is its maker's, and holds until the next row is asked for. */
export type LogitRow = Float32Array | Float64Array;

/** The rows of an image's logits from the top down: at 1024 × 2048 with 19 classes all together would take 160 MB. */
export type LogitRows = AsyncIterable<LogitRow>;

/** The rows of logits that lie in memory. @param logits [h, w, c]. @param line w · c. */
export async function* rowsOf(logits: Float32Array, line: number): AsyncGenerator<LogitRow> {
  for (let start = 0; start < logits.length; start += line) yield logits.subarray(start, start + line);
}

/** Each row from right to left. */
export async function* mirrored(rows: LogitRows, width: number, classes: number): AsyncGenerator<LogitRow> {
  const turned = new Float64Array(width * classes);
  for await (const row of rows) {
    for (let x = 0; x < width; x++) {
      const from = (width - 1 - x) * classes;
      for (let c = 0; c < classes; c++) turned[x * classes + c] = row[from + c] as number;
    }
    yield turned;
  }
}

/**
 * The most likely class of each pixel, of equal ones the lowest.
 * @param rows finite. @returns [h, w].
 */
export async function mostLikely(rows: LogitRows, [height, width]: Size, classes: number): Promise<Uint8Array> {
  const best = new Uint8Array(height * width);
  let out = 0;
  for await (const row of rows) {
    for (let start = 0; start < row.length; start += classes, out++) {
      let highest = Number.NEGATIVE_INFINITY;
      for (let c = 0; c < classes; c++) {
        const value = row[start + c] as number;
        if (value > highest) {
          highest = value;
          best[out] = c;
        }
      }
    }
  }
  return best;
}
