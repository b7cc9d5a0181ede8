import { IGNORE_LABEL } from '@auto-seg-loss/kernel';
import { encode } from 'fast-png';
import type { Color } from '../values/label-options.ts';
import type { LabelledPixels } from './overlay-png.ts';

/** A picture, and its pixels. */
export interface Panels {
  readonly png: Uint8Array;
  readonly height: number;
  readonly width: number;
}

/** Between two panels. */
const GAP = 4;

/**
 * An image beside its label and beside what was predicted, classes in their colours, as a PNG. Ignored pixels of the label are
 * striped in black and white.
 * @param prediction the class of each pixel, [h, w]. @param longest side of a panel; of larger images every second pixel is
 *   shown, or every third, …
 */
export function panelsPng(
  { height, width, image, label }: LabelledPixels,
  prediction: Uint8Array,
  colors: readonly Color[],
  longest: number,
): Panels {
  const every = Math.max(1, Math.ceil(Math.max(height, width) / longest));
  const [rows, columns] = [Math.ceil(height / every), Math.ceil(width / every)];
  const total = 3 * columns + 2 * GAP;
  const data = new Uint8Array(3 * rows * total).fill(255);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const pixel = row * every * width + column * every;
      const own = image.subarray(3 * pixel, 3 * pixel + 3);
      const stripe = (row + column) % 8 < 4 ? 255 : 0;
      const shown = [label, prediction].map((classes) => {
        const class_ = classes[pixel] as number;
        return class_ === IGNORE_LABEL ? [stripe, stripe, stripe] : (colors[class_] ?? [0, 0, 0]);
      });
      for (const [panel, color] of [own, ...shown].entries())
        data.set(color, 3 * (row * total + panel * (columns + GAP) + column));
    }
  }
  return { png: encode({ width: total, height: rows, data, depth: 8, channels: 3 }), height: rows, width: total };
}
