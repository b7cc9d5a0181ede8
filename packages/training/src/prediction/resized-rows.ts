import type { Size } from '../data/resize-sample.ts';
import type { LogitRow, LogitRows } from './logit-rows.ts';

/** Where an output position lies between two inputs of an axis, pixel centres at half numbers. */
interface Neighbours {
  readonly first: Int32Array;
  readonly second: Int32Array;
  /** Of the second. */
  readonly weight: Float64Array;
}

/**
 * Logits brought to another size: bilinearly, pixel centres at half numbers, without anti-aliasing (`align_corners=False` of
 * PyTorch, as mmsegmentation, detectron2 and transformers score). Two rows of the input are kept at a time.
 */
export async function* resizedRows(
  rows: LogitRows,
  [fromHeight, fromWidth]: Size,
  [height, width]: Size,
  classes: number,
): AsyncGenerator<LogitRow> {
  if (fromHeight === height && fromWidth === width) {
    yield* rows;
    return;
  }
  const vertical = neighbours(fromHeight, height);
  const columns = neighbours(fromWidth, width);
  const line = fromWidth * classes;
  const source = new TwoRows(rows, line);
  const blended = new Float64Array(line);
  const resized = new Float64Array(width * classes);
  for (let y = 0; y < height; y++) {
    const { upper, lower } = await source.at(vertical.first[y] as number, vertical.second[y] as number);
    const down = vertical.weight[y] as number;
    for (let i = 0; i < line; i++) blended[i] = (1 - down) * (upper[i] as number) + down * (lower[i] as number);
    for (let x = 0, out = 0; x < width; x++) {
      const left = (columns.first[x] as number) * classes;
      const right = (columns.second[x] as number) * classes;
      const weight = columns.weight[x] as number;
      for (let c = 0; c < classes; c++, out++)
        resized[out] = (1 - weight) * (blended[left + c] as number) + weight * (blended[right + c] as number);
    }
    yield resized;
  }
}

/** The latest two rows of a sequence that is read from the top down. */
class TwoRows {
  readonly #rows: AsyncIterator<LogitRow>;
  #upper: Float64Array;
  #lower: Float64Array;
  #read = 0;

  constructor(rows: LogitRows, line: number) {
    this.#rows = rows[Symbol.asyncIterator]();
    this.#upper = new Float64Array(line);
    this.#lower = new Float64Array(line);
  }

  /** @param first `second` itself or the row above it. @param second not above any that was asked for before. */
  async at(first: number, second: number): Promise<{ readonly upper: Float64Array; readonly lower: Float64Array }> {
    while (this.#read <= second) {
      const { value, done } = await this.#rows.next();
      if (done === true) throw new RangeError(`a row beyond the last was asked for: ${second}`);
      [this.#upper, this.#lower] = [this.#lower, this.#upper];
      this.#lower.set(value);
      this.#read += 1;
    }
    return { upper: first === second ? this.#lower : this.#upper, lower: this.#lower };
  }
}

function neighbours(from: number, to: number): Neighbours {
  const first = new Int32Array(to);
  const second = new Int32Array(to);
  const weight = new Float64Array(to);
  for (let out = 0; out < to; out++) {
    const position = Math.max(0, ((out + 0.5) * from) / to - 0.5);
    const low = Math.min(Math.floor(position), from - 1);
    first[out] = low;
    second[out] = Math.min(low + 1, from - 1);
    weight[out] = position - low;
  }
  return { first, second, weight };
}
