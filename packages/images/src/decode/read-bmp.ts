import { unpackBits } from './bits.ts';
import type { Raster } from './raster.ts';
import { checkSize } from './size-limit.ts';
import { BrokenFile, CutShort, NotRead } from './unusable.ts';

const UNCOMPRESSED = 0;
const BITFIELDS = 3;

/**
 * Reads a BMP's samples: of one with a palette the indices.
 *
 * The libraries at hand apply the palette, or do not read 4 bits, or stop after the first row of an odd width.
 */
export function readBmp(bytes: Uint8Array, maximumPixels: number): Raster {
  if (bytes.length < 54) throw new CutShort();
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const headerLength = view.getUint32(14, true);
  if (headerLength < 40) throw new NotRead('a BMP of OS/2, with an old header', 'save it as a PNG');
  const width = view.getInt32(18, true);
  // Rows lie from the bottom up, unless the height is negative.
  const signedHeight = view.getInt32(22, true);
  const height = Math.abs(signedHeight);
  const depth = view.getUint16(28, true);
  const compression = view.getUint32(30, true);
  checkSize([height, width], maximumPixels);
  if (![1, 4, 8, 24, 32].includes(depth)) throw new NotRead(`a BMP of ${depth} bits`, 'save it as a PNG');
  if (compression !== UNCOMPRESSED && !(compression === BITFIELDS && depth === 32))
    throw new NotRead('a compressed BMP', 'save it as a PNG');
  const alpha = compression === BITFIELDS && hasAlpha(view, headerLength);
  const start = view.getUint32(10, true);
  const rowBytes = Math.ceil((width * depth) / 32) * 4;
  if (start < 14 + headerLength) throw new BrokenFile('its pixels begin within its header');
  if (start + rowBytes * height > bytes.length) throw new CutShort();
  const channels = depth <= 8 ? 1 : alpha ? 4 : 3;
  const data = new Uint8Array(height * width * channels);
  for (let row = 0; row < height; row++) {
    const from = start + (signedHeight < 0 ? row : height - 1 - row) * rowBytes;
    const to = row * width * channels;
    if (depth === 8) data.set(bytes.subarray(from, from + width), to);
    else if (depth < 8) unpackBits(bytes, from, depth, data, to, width);
    else readColours(bytes, from, depth / 8, data, to, width, channels);
  }
  const size = { height, width, slices: 1, channels, alpha, data, maximum: 255 };
  if (depth > 8) return { ...size, name: alpha ? 'RGB BMP with alpha' : 'RGB BMP', bits: 8 };
  return { ...size, name: 'palette BMP', bits: depth, palette: readPalette(bytes, 14 + headerLength, start, depth) };
}

/** Whether the fourth byte of a pixel is its opacity. @throws NotRead where colours lie in another order. */
function hasAlpha(view: DataView, headerLength: number): boolean {
  const masks = [54, 58, 62].map((at) => view.getUint32(at, true));
  if (masks.join() !== [0xff0000, 0xff00, 0xff].join())
    throw new NotRead('a BMP whose colours lie in an unusual order', 'save it as a PNG');
  return headerLength >= 56 && view.getUint32(66, true) === 0xff000000;
}

function readColours(
  bytes: Uint8Array,
  from: number,
  step: number,
  data: Uint8Array,
  to: number,
  width: number,
  channels: number,
): void {
  for (let column = 0; column < width; column++) {
    const source = from + column * step;
    const target = to + column * channels;
    data[target] = bytes[source + 2] as number;
    data[target + 1] = bytes[source + 1] as number;
    data[target + 2] = bytes[source] as number;
    if (channels === 4) data[target + 3] = bytes[source + 3] as number;
  }
}

/** Colours lie as blue, green, red and a byte without meaning. */
function readPalette(bytes: Uint8Array, from: number, to: number, depth: number): Uint8Array {
  const palette = new Uint8Array(3 * Math.min(2 ** depth, Math.floor((to - from) / 4)));
  for (let i = 0; i < palette.length; i++) palette[i] = bytes[from + 4 * Math.floor(i / 3) + 2 - (i % 3)] as number;
  return palette;
}
