import { IGNORE_LABEL } from '@auto-seg-loss/kernel';
import type { Augmentation } from './augmentation.ts';
import type { Size } from './resize-sample.ts';
import { warpAxis } from './warp-axis.ts';

/** The colour of padding: the mean of ImageNet, which normalisation takes to about 0. */
export const PADDING_COLOR = [124, 116, 104] as const;

const MID_GREY = 128;

/** An image [h, w, 3] with its label [h, w]. */
export interface PixelBuffers {
  readonly image: Uint8Array;
  readonly label: Uint8Array;
}

/** The same with their size. */
export interface Pixels extends PixelBuffers {
  readonly height: number;
  readonly width: number;
}

/**
 * Writes a window of an augmented sample in one pass over its pixels: bilinear in the image, nearest in the label; outside the
 * image the padding colour and IGNORE_LABEL.
 *
 * Bilinear without anti-aliasing, as OpenCV's INTER_LINEAR, with which mmsegmentation scales training images; torchvision
 * averages where it shrinks. Down to the scale of 0.5, at which an output is the mean of four pixels, every pixel still counts;
 * below that, some do not.
 * @param to of `window`; must not overlap `from`.
 */
export function warpSample(from: Pixels, to: PixelBuffers, window: Size, augmentation: Augmentation): void {
  const [height, width] = window;
  const { scale, top, left, flip, brightness, contrast, saturation } = augmentation;
  const rows = warpAxis(from.height, height, { scale, offset: top, flip: false });
  const columns = warpAxis(from.width, width, { scale, offset: left, flip });
  if (rows.end - rows.begin < height || columns.end - columns.begin < width) pad(to);
  const { image, label } = from;
  const { image: outImage, label: outLabel } = to;
  const { first, second, weight, nearest } = columns;
  // Brightness, then contrast about mid-grey, then saturation about the pixel's grey: all linear, so they are one.
  const gain = brightness * contrast;
  const lift = MID_GREY * (1 - contrast) + 0.5; // and half a step, so that cutting off rounds
  const keep = gain * saturation;
  const grey = gain * (1 - saturation);
  for (let y = rows.begin; y < rows.end; y++) {
    const upper = (rows.first[y] as number) * from.width;
    const lower = (rows.second[y] as number) * from.width;
    const down = rows.weight[y] as number;
    const labelRow = (rows.nearest[y] as number) * from.width;
    for (let x = columns.begin; x < columns.end; x++) {
      const a = (upper + (first[x] as number)) * 3;
      const b = (upper + (second[x] as number)) * 3;
      const c = (lower + (first[x] as number)) * 3;
      const d = (lower + (second[x] as number)) * 3;
      const right = weight[x] as number;
      const wd = right * down;
      const wc = down - wd;
      const wb = right - wd;
      const wa = 1 - right - wc;
      const red =
        wa * (image[a] as number) + wb * (image[b] as number) + wc * (image[c] as number) + wd * (image[d] as number);
      const green =
        wa * (image[a + 1] as number) +
        wb * (image[b + 1] as number) +
        wc * (image[c + 1] as number) +
        wd * (image[d + 1] as number);
      const blue =
        wa * (image[a + 2] as number) +
        wb * (image[b + 2] as number) +
        wc * (image[c + 2] as number) +
        wd * (image[d + 2] as number);
      const base = grey * (0.299 * red + 0.587 * green + 0.114 * blue) + lift;
      const pixel = y * width + x;
      outImage[pixel * 3] = clamp(keep * red + base);
      outImage[pixel * 3 + 1] = clamp(keep * green + base);
      outImage[pixel * 3 + 2] = clamp(keep * blue + base);
      outLabel[pixel] = label[labelRow + (nearest[x] as number)] as number;
    }
  }
}

function pad({ image, label }: PixelBuffers): void {
  label.fill(IGNORE_LABEL);
  for (let i = 0; i < image.length; i += 3) {
    image[i] = PADDING_COLOR[0];
    image[i + 1] = PADDING_COLOR[1];
    image[i + 2] = PADDING_COLOR[2];
  }
}

function clamp(value: number): number {
  return Math.min(Math.max(value, 0), 255);
}
