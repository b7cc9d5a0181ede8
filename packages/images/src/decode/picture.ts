import type { Sharp } from 'sharp';
import { alphaNote, wrongChannels } from './image-of-raster.ts';
import { CONFIG_NAMES, type DecodedImage, type ImageOptionNames, type ImageOptions } from './image-options.ts';
import { loadSharp } from './load-sharp.ts';
import { decideOrientation, type Size } from './orientation.ts';
import { checkSize } from './size-limit.ts';
import { BrokenFile } from './unusable.ts';

/** Largest values of cameras and scanners that fill a part of 16 bits. */
const USUAL_MAXIMA = [255, 1023, 4095, 16383];

export interface PictureOptions {
  readonly orientation: ImageOptions['orientation'];
  readonly maximumPixels: number;
  /** Whether the file holds 16 bits as they came: those of other formats are scaled by their own rules. */
  readonly shorts: boolean;
  readonly names: ImageOptionNames | undefined;
}

/** Decodes a picture with the image library, colours as on a screen (sRGB). */
export async function readPicture(
  bytes: Uint8Array,
  { orientation, maximumPixels, shorts, names = CONFIG_NAMES }: PictureOptions,
  label: Size | undefined,
): Promise<DecodedImage> {
  const sharp = await loadSharp();
  const image = sharp(bytes, { failOn: 'error', limitInputPixels: false });
  const metadata = await image.metadata();
  const { width, height, channels, space, format } = metadata;
  checkSize([height, width], maximumPixels);
  // Of print colours, a fifth channel is alpha.
  if (channels > (space === 'cmyk' ? 5 : 4)) throw wrongChannels(channels);
  const notes: string[] = [];
  const pages = format === 'gif' || format === 'webp' ? (metadata.pages ?? 1) : 1;
  if (pages > 1) notes.push(`of its ${pages} frames the first was taken`);
  const turn = decideOrientation(metadata.orientation ?? 1, { height, width }, label, orientation, names);
  if (turn.note !== undefined) notes.push(turn.note);
  const upright = turn.apply ? image.autoOrient() : image;
  const pixels = await (shorts ? readShorts(upright, names) : readBytes(upright));
  if (pixels.channels !== 3 && pixels.channels !== 4) throw wrongChannels(channels);
  const { data, transparent } = dropAlpha(pixels.data, pixels.channels);
  if (transparent > 0) notes.push(alphaNote(transparent, data.length / 3));
  return { height: pixels.height, width: pixels.width, data, notes: [...notes, ...pixels.notes] };
}

interface Pixels extends DecodedImage {
  readonly channels: number;
}

async function readBytes(image: Sharp): Promise<Pixels> {
  const { data, info } = await image.toColourspace('srgb').raw().toBuffer({ resolveWithObject: true });
  const { height, width, channels } = info;
  return { height, width, channels, data: new Uint8Array(data.buffer, data.byteOffset, data.length), notes: [] };
}

/** 65535 becomes 255, and all else its nearest part of it. */
async function readShorts(image: Sharp, names: ImageOptionNames): Promise<Pixels> {
  const { data, info } = await image
    .toColourspace('rgb16')
    .raw({ depth: 'ushort' })
    .toBuffer({ resolveWithObject: true });
  const { height, width, channels } = info;
  const shorts = new Uint16Array(data.buffer, data.byteOffset, data.length / 2);
  if (shorts.length !== height * width * channels) throw new BrokenFile('its pixels are others than its header says');
  let largest = 0;
  for (let i = 0; i < shorts.length; i++) {
    if (i % channels < 3 && (shorts[i] as number) > largest) largest = shorts[i] as number;
  }
  const maximum = USUAL_MAXIMA.find((usual) => largest <= usual);
  const notes =
    maximum === undefined
      ? []
      : [
          `its values of 16 bits go up to ${largest} alone and were divided by 257, which makes it dark: ` +
            `if ${maximum} is white in all images, say ${names.rangeOf(0, maximum)}`,
        ];
  const scaled = new Uint8Array(shorts.length);
  for (let i = 0; i < shorts.length; i++) scaled[i] = Math.round((shorts[i] as number) / 257);
  return { height, width, channels, data: scaled, notes };
}

function dropAlpha(pixels: Uint8Array, channels: 3 | 4): { readonly data: Uint8Array; readonly transparent: number } {
  if (channels === 3) return { data: pixels, transparent: 0 };
  const data = new Uint8Array((pixels.length / 4) * 3);
  let transparent = 0;
  for (let from = 0, to = 0; from < pixels.length; from += 4) {
    data[to++] = pixels[from] as number;
    data[to++] = pixels[from + 1] as number;
    data[to++] = pixels[from + 2] as number;
    if (pixels[from + 3] !== 255) transparent++;
  }
  return { data, transparent };
}
