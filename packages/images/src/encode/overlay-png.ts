import { IGNORE_LABEL } from '@auto-seg-loss/kernel';
import { encode } from 'fast-png';
import type { Color } from '../values/label-options.ts';

/** How much of the class's colour is over the image. */
const OPACITY = 0.55;

/** An image with a class at each pixel. */
export interface LabelledPixels {
  readonly height: number;
  readonly width: number;
  /** RGB, [h, w, 3], 0 to 255. */
  readonly image: Uint8Array;
  /** [h, w]; IGNORE_LABEL where there is none. */
  readonly label: Uint8Array;
}

/** The image with its classes laid over it in their colours, as a PNG. Ignored pixels are striped in white. */
export function overlayPng({ height, width, image, label }: LabelledPixels, colors: readonly Color[]): Uint8Array {
  const data = new Uint8Array(3 * height * width);
  for (let pixel = 0; pixel < height * width; pixel++) {
    const class_ = label[pixel] as number;
    const stripe = (Math.floor(pixel / width) + (pixel % width)) % 8 < 3;
    const over = class_ === IGNORE_LABEL ? (stripe ? [255, 255, 255] : undefined) : colors[class_];
    for (let channel = 0; channel < 3; channel++) {
      const own = image[3 * pixel + channel] as number;
      data[3 * pixel + channel] =
        over === undefined ? own : Math.round(OPACITY * (over[channel] as number) + (1 - OPACITY) * own);
    }
  }
  return encode({ width, height, data, depth: 8, channels: 3 });
}
