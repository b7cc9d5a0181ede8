import type { DecodedImage, ImageOptionNames } from './image-options.ts';
import { kindOf, type Numbers, type Raster } from './raster.ts';
import { NotRead, unusable } from './unusable.ts';
import { placeOf } from './whole-values.ts';

/** So far beyond the range, in parts of it, a value is taken for rounded. */
const ROUNDING = 1e-6;

/** Ranges that people's files have; of these the smallest that fits is proposed. */
const USUAL_RANGES = [
  [0, 1],
  [-1, 1],
  [0, 255],
  [0, 1023],
  [0, 4095],
  [0, 16383],
  [0, 65535],
] as const;

/**
 * Takes a file's samples for a picture: grey or RGB, alpha dropped.
 * @param range values that become 0 and 255; undefined takes bytes as they are.
 * @throws AslError ASL_DATA_INVALID for other samples than bytes without a range, and for values outside of it.
 */
export function imageOfRaster(
  raster: Raster,
  range: readonly [number, number] | undefined,
  file: string,
  names: ImageOptionNames,
): DecodedImage {
  const { height, width, channels, data, palette } = raster;
  const colours = channels - (raster.alpha ? 1 : 0);
  if (colours !== 1 && colours !== 3) throw wrongChannels(channels);
  const [low, high] = range ?? rangeOf(raster, file, names);
  const slack = (high - low) * ROUNDING;
  const out = new Uint8Array(3 * height * width);
  for (let pixel = 0; pixel < height * width; pixel++) {
    for (let channel = 0; channel < 3; channel++) {
      const value = Number(data[pixel * channels + (colours === 3 ? channel : 0)]);
      if (!(value >= low - slack && value <= high + slack))
        throw outside(value, pixel, [low, high], raster, file, names);
      const scaled = Math.min(255, Math.max(0, Math.round(((value - low) * 255) / (high - low))));
      out[3 * pixel + channel] = palette === undefined ? scaled : (palette[3 * value + channel] ?? 0);
    }
  }
  return { height, width, data: out, notes: alphaNotes(raster) };
}

export function wrongChannels(channels: number): NotRead {
  return new NotRead(
    `a picture of ${channels} channels${channels > 4 ? '' : ', of which it does not say that they are colours'}`,
    'save the three that are to be seen as red, green and blue, as an RGB image of its own',
  );
}

/** For messages: "dropped" never goes without saying. */
export function alphaNote(transparent: number, pixels: number): string {
  return `its alpha channel was dropped, though it is not opaque at ${transparent} of ${pixels} pixels`;
}

function alphaNotes({ data, channels, alpha, maximum }: Raster): readonly string[] {
  if (!alpha) return [];
  let transparent = 0;
  for (let i = channels - 1; i < data.length; i += channels) if (Number(data[i]) !== maximum) transparent++;
  return transparent === 0 ? [] : [alphaNote(transparent, data.length / channels)];
}

function rangeOf(raster: Raster, file: string, names: ImageOptionNames): readonly [number, number] {
  if (raster.data instanceof Uint8Array) return [0, 255];
  const [low, high] = extent(raster.data);
  const usual = USUAL_RANGES.find(([from, to]) => low >= from && high <= to);
  const [from, to] = usual ?? [Math.floor(low), Math.ceil(high)];
  throw unusable(file, 'an image holds values whose range is not known', {
    expected: 'integers of 8 or 16 bits without sign, or a range: which values are black and white',
    received: `a ${kindOf(raster)} with values from ${low} to ${high}`,
    remedy: `say the range that all images share: ${names.rangeOf(from, to)}, if this one's values are typical`,
  });
}

function extent(data: Numbers): readonly [number, number] {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const each of data) {
    const value = Number(each);
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return [low, high];
}

function outside(
  value: number,
  pixel: number,
  range: readonly number[],
  raster: Raster,
  file: string,
  names: ImageOptionNames,
): Error {
  const [low, high] = extent(raster.data);
  return unusable(file, 'an image holds a value outside of the range that was given', {
    expected: `values in ${names.range}, [${range.join(', ')}]`,
    received: `${value} at ${placeOf(pixel, raster)}; its values go from ${low} to ${high}, in a ${kindOf(raster)}`,
    remedy: Number.isFinite(value)
      ? `widen ${names.range}, for all images alike, or correct the file`
      : 'correct the file: what is no number has no brightness',
  });
}
