import type { LabelValues } from './label-values.ts';
import { kindOf, type Numbers, type Raster } from './raster.ts';
import { unusable } from './unusable.ts';
import { placeOf, wholeValues } from './whole-values.ts';

/**
 * Takes a file's samples for the values of a label: one channel, or red, green and blue.
 * @throws AslError ASL_DATA_INVALID for transparent pixels, other channels, and values that are no whole numbers.
 */
export function labelOfRaster(raster: Raster, file: string): LabelValues {
  const kind = kindOf(raster);
  const { height, width, slices } = raster;
  const data = raster.alpha ? dropAlpha(raster, kind, file) : raster.data;
  const channels = raster.channels - (raster.alpha ? 1 : 0);
  const size = { height, width, slices };
  if (channels === 1) {
    const values = wholeValues({ ...raster, data }, kind, file);
    return { ...size, channels, data: values, kind, ...(raster.palette && { palette: raster.palette }) };
  }
  if (channels !== 3 || raster.noColours || !(data instanceof Uint8Array || data instanceof Uint16Array)) {
    throw unusable(file, 'a label has channels that are no colours', {
      expected: 'one channel of class values, or red, green and blue of 8 or 16 bits',
      received: `${channels} channels, in a ${kind}`,
      remedy: 'save the channel that holds the classes by itself; one-hot channels must be turned into classes first',
    });
  }
  const grey = greyOf(data);
  if (grey === undefined) return { ...size, channels, data, kind };
  return { ...size, channels: 1, data: grey, rgb: true, kind: kind.replace('RGB', 'RGB (all pixels grey)') };
}

/** Every channel but the last. */
function dropAlpha(raster: Raster, kind: string, file: string): Numbers {
  const { data, channels, maximum } = raster;
  const others = channels - 1;
  const Kind = data.constructor as new (length: number) => Numbers;
  const kept = new Kind((data.length / channels) * others);
  let to = 0;
  for (let from = 0; from < data.length; from += channels) {
    const alpha = Number(data[from + others]);
    if (alpha !== maximum) {
      let count = 0;
      for (let i = others; i < data.length; i += channels) if (Number(data[i]) !== maximum) count++;
      throw unusable(file, 'a label has transparent pixels', {
        expected: `an alpha channel that is ${maximum} everywhere, or none`,
        received: `alpha ${alpha} at ${placeOf(from / channels, raster)}, ${count} of ${data.length / channels} pixels, in a ${kind}`,
        remedy: 'save the label without alpha, with a value of its own for what is transparent',
      });
    }
    for (let channel = 0; channel < others; channel++) kept[to++] = data[from + channel] as never;
  }
  return kept;
}

/** One channel of three, if all are equal everywhere. */
function greyOf(data: Uint8Array | Uint16Array): Uint8Array | Uint16Array | undefined {
  for (let i = 0; i < data.length; i += 3) {
    if (data[i] !== data[i + 1] || data[i] !== data[i + 2]) return undefined;
  }
  const grey = new (data instanceof Uint8Array ? Uint8Array : Uint16Array)(data.length / 3);
  for (let i = 0; i < grey.length; i++) grey[i] = data[3 * i] as number;
  return grey;
}
