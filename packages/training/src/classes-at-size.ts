import type { Size } from './data/resize-sample.ts';

/** Where an output position lies between two inputs of an axis, pixel centres at half numbers. */
interface Neighbours {
  readonly first: Int32Array;
  readonly second: Int32Array;
  /** Of the second. */
  readonly weight: Float64Array;
}

/**
 * The most likely class of each pixel after logits are brought to another size: bilinearly, pixel centres at half numbers,
 * without anti-aliasing (`align_corners=False` of PyTorch, as mmsegmentation, detectron2 and transformers score). Of equal ones
 * the lowest. Row by row, so that logits at the other size never lie in memory: at 1024 × 2048 with 19 classes they take 160 MB.
 * @param logits finite, [h, w, c].
 * @returns [height, width].
 */
export function classesAtSize(
  logits: Float32Array,
  [fromHeight, fromWidth]: Size,
  [height, width]: Size,
  classes: number,
): Uint8Array {
  const rows = neighbours(fromHeight, height);
  const columns = neighbours(fromWidth, width);
  const line = fromWidth * classes;
  const row = new Float64Array(line);
  const best = new Uint8Array(height * width);
  for (let y = 0, out = 0; y < height; y++) {
    const upper = (rows.first[y] as number) * line;
    const lower = (rows.second[y] as number) * line;
    const down = rows.weight[y] as number;
    for (let i = 0; i < line; i++)
      row[i] = (1 - down) * (logits[upper + i] as number) + down * (logits[lower + i] as number);
    for (let x = 0; x < width; x++, out++) {
      const left = (columns.first[x] as number) * classes;
      const right = (columns.second[x] as number) * classes;
      const weight = columns.weight[x] as number;
      let highest = Number.NEGATIVE_INFINITY;
      for (let c = 0; c < classes; c++) {
        const value = (1 - weight) * (row[left + c] as number) + weight * (row[right + c] as number);
        if (value > highest) {
          highest = value;
          best[out] = c;
        }
      }
    }
  }
  return best;
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
