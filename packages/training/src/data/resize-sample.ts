import type { Sample } from '@auto-seg-loss/kernel';
import { resampleAxis } from './resample-axis.ts';

/** Pixels. */
export type Size = readonly [height: number, width: number];

/**
 * An image at another size; its aspect may change. Each axis by area averages where it shrinks and linearly where it grows.
 * @param image [h, w, 3].
 * @returns [height, width, 3].
 */
export function resizeImage(image: Uint8Array, [fromHeight, fromWidth]: Size, [height, width]: Size): Uint8Array {
  if (fromHeight === height && fromWidth === width) return image;
  const columns = resampleAxis(fromWidth, width);
  const rows = resampleAxis(fromHeight, height);
  const wide = new Float32Array(fromHeight * width * 3); // [fromHeight, width, 3]
  for (let y = 0, out = 0; y < fromHeight; y++) {
    const row = y * fromWidth * 3;
    for (let x = 0; x < width; x++, out += 3) {
      let red = 0;
      let green = 0;
      let blue = 0;
      let at = row + (columns.starts[x] as number) * 3;
      for (let tap = x * columns.taps, end = tap + columns.taps; tap < end; tap++, at += 3) {
        const weight = columns.weights[tap] as number;
        if (weight === 0) continue;
        red += weight * (image[at] as number);
        green += weight * (image[at + 1] as number);
        blue += weight * (image[at + 2] as number);
      }
      wide[out] = red;
      wide[out + 1] = green;
      wide[out + 2] = blue;
    }
  }
  const line = width * 3;
  const sum = new Float64Array(line);
  const resized = new Uint8Array(height * line);
  for (let y = 0; y < height; y++) {
    sum.fill(0);
    for (let tap = 0; tap < rows.taps; tap++) {
      const weight = rows.weights[y * rows.taps + tap] as number;
      if (weight === 0) continue;
      const start = ((rows.starts[y] as number) + tap) * line;
      for (let i = 0; i < line; i++) sum[i] = (sum[i] as number) + weight * (wide[start + i] as number);
    }
    for (let i = 0; i < line; i++) resized[y * line + i] = Math.round(sum[i] as number);
  }
  return resized;
}

/**
 * A label at another size: the value of the nearest pixel centre, so that no class comes up that was not there.
 * @param label [h, w].
 * @returns [height, width].
 */
export function resizeLabel(label: Uint8Array, [fromHeight, fromWidth]: Size, [height, width]: Size): Uint8Array {
  if (fromHeight === height && fromWidth === width) return label;
  const columns = Int32Array.from({ length: width }, (_, x) => Math.floor(((x + 0.5) * fromWidth) / width));
  const resized = new Uint8Array(height * width);
  for (let y = 0, out = 0; y < height; y++) {
    const row = Math.floor(((y + 0.5) * fromHeight) / height) * fromWidth;
    for (let x = 0; x < width; x++, out++) resized[out] = label[row + (columns[x] as number)] as number;
  }
  return resized;
}

/** Image and label at another size. */
export function resizeSample(sample: Sample, size: Size): Pick<Sample, 'image' | 'label'> {
  const from: Size = [sample.height, sample.width];
  return { image: resizeImage(sample.image, from, size), label: resizeLabel(sample.label, from, size) };
}
