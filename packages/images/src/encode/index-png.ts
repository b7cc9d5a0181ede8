import { decode, encode } from 'fast-png';
import type { Color } from '../values/label-options.ts';

/** Values of an image's pixels. */
export interface PixelValues {
  readonly height: number;
  readonly width: number;
  /** [h, w] */
  readonly data: Uint8Array | Uint16Array;
}

/**
 * A PNG with one value a pixel: grey of 8 or 16 bits; with a palette, of 8 bits with a colour for each value, as PASCAL VOC's.
 * @param options.palette by value; values that it leaves out are black. With 16 bits there is none. @param options.text by key.
 */
export function encodeIndexPng(
  { height, width, data }: PixelValues,
  options: { readonly palette?: ReadonlyMap<number, Color>; readonly text?: Readonly<Record<string, string>> } = {},
): Uint8Array {
  const { palette, text = {} } = options;
  const depth = data instanceof Uint16Array ? 16 : 8;
  const picture = { width, height, data, depth, channels: 1, text } as const;
  if (palette === undefined || depth === 16) return encode(picture);
  // Whole, so that no value lies beyond it.
  const colors = Array.from({ length: 256 }, (_, value): [number, number, number] => [
    ...(palette.get(value) ?? ([0, 0, 0] as const)),
  ]);
  return encode({ ...picture, palette: colors });
}

/** A text that `encodeIndexPng` put into a PNG; undefined where there is none, and where the PNG is cut short or damaged. */
export function pngText(bytes: Uint8Array, key: string): string | undefined {
  try {
    return decode(bytes, { checkCrc: true }).text[key];
  } catch {
    return undefined;
  }
}
