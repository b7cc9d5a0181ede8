import { loadSharp } from './load-sharp.ts';
import type { Raster } from './raster.ts';
import { checkSize } from './size-limit.ts';
import { NotRead } from './unusable.ts';
import { placeOf } from './whole-values.ts';

// How far JPEG moves black and white of a mask that it should not have been used for.
const NEARLY_BLACK = 3;
const NEARLY_WHITE = 252;

/**
 * Reads a mask of black and white that was saved as a JPEG, whose values are then near 0 and 255.
 * @throws NotRead for any other JPEG: between two classes it leaves values that look like a third.
 */
export async function readJpegLabel(bytes: Uint8Array, maximumPixels: number): Promise<Raster> {
  const sharp = await loadSharp();
  const image = sharp(bytes, { failOn: 'warning', limitInputPixels: false });
  const { width, height } = await image.metadata();
  checkSize([height, width], maximumPixels);
  const { data, info } = await image.toColourspace('srgb').raw().toBuffer({ resolveWithObject: true });
  const size = { height, width, slices: 1, channels: 1, alpha: false };
  const values = new Uint8Array(width * height);
  for (let pixel = 0; pixel < values.length; pixel++) {
    const samples = data.subarray(pixel * info.channels, (pixel + 1) * info.channels);
    const [red = 0, green = red, blue = red] = samples;
    if (!samples.every((value) => value <= NEARLY_BLACK) && !samples.every((value) => value >= NEARLY_WHITE)) {
      throw new NotRead(
        `a JPEG, with ${info.channels === 1 ? red : `[${[...samples].join(', ')}]`} at ${placeOf(pixel, size)}`,
        'take the labels as they were before they were saved as JPEG, which blurs class values; ' +
          'only masks of black and white, with values of 0 to 3 and 252 to 255, can be read from one',
      );
    }
    values[pixel] = Math.round(0.299 * red + 0.587 * green + 0.114 * blue);
  }
  return { ...size, data: values, maximum: 255, name: 'JPEG, grey' };
}
