import { unpackBits } from './bits.ts';
import { inflate } from './inflate.ts';
import { readNumbers } from './numbers.ts';
import { type PngHeader, readPngChunks } from './png-chunks.ts';
import { unfilter } from './png-filters.ts';
import type { Raster } from './raster.ts';
import { checkSize } from './size-limit.ts';
import { NotRead } from './unusable.ts';

/** The pixels of a PNG that are stored together: all, or every eighth of every eighth row and so on (Adam7). */
interface Pass {
  readonly left: number;
  readonly top: number;
  readonly stepX: number;
  readonly stepY: number;
}

const WHOLE: readonly Pass[] = [{ left: 0, top: 0, stepX: 1, stepY: 1 }];
const ADAM7: readonly Pass[] = [
  { left: 0, top: 0, stepX: 8, stepY: 8 },
  { left: 4, top: 0, stepX: 8, stepY: 8 },
  { left: 0, top: 4, stepX: 4, stepY: 8 },
  { left: 2, top: 0, stepX: 4, stepY: 4 },
  { left: 0, top: 2, stepX: 2, stepY: 4 },
  { left: 1, top: 0, stepX: 2, stepY: 2 },
  { left: 0, top: 1, stepX: 1, stepY: 2 },
];
const CHANNELS = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 } as const;
const NAMES = {
  0: 'grey PNG',
  2: 'RGB PNG',
  3: 'palette PNG',
  4: 'grey PNG with alpha',
  6: 'RGB PNG with alpha',
} as const;

/**
 * Reads a PNG's samples as they are stored: of a palette PNG the index, of one with few bits the small numbers.
 *
 * The libraries at hand apply the palette, widen small numbers or refuse interlaced ones, and take 10 times as long as
 * this for the commonest label, which a data set is full of.
 */
export function readPng(bytes: Uint8Array, maximumPixels: number): Raster {
  const { header, pixels, palette, animated } = readPngChunks(bytes);
  const { width, height, depth, colourType } = header;
  checkSize([height, width], maximumPixels);
  if (animated) throw new NotRead('an animated PNG', 'save the frame that is meant as a PNG of its own');
  const data = samplesOf(header, filteredRows(pixels, passesOf(header)));
  return {
    height,
    width,
    slices: 1,
    channels: CHANNELS[colourType],
    alpha: colourType === 4 || colourType === 6,
    data,
    maximum: 2 ** depth - 1,
    name: NAMES[colourType],
    bits: depth,
    ...(palette === undefined ? {} : { palette }),
  };
}

interface PassSize extends Pass {
  readonly columns: number;
  readonly rows: number;
  readonly rowBytes: number;
}

function passesOf({ width, height, depth, colourType, interlaced }: PngHeader): readonly PassSize[] {
  return (interlaced ? ADAM7 : WHOLE)
    .map((pass) => {
      const columns = Math.ceil((width - pass.left) / pass.stepX);
      const rows = Math.ceil((height - pass.top) / pass.stepY);
      return { ...pass, columns, rows, rowBytes: Math.ceil((columns * CHANNELS[colourType] * depth) / 8) };
    })
    .filter(({ columns, rows }) => columns > 0 && rows > 0);
}

interface Filtered {
  readonly passes: readonly PassSize[];
  readonly bytes: Uint8Array;
}

function filteredRows(pixels: readonly Uint8Array[], passes: readonly PassSize[]): Filtered {
  const expected = passes.reduce((sum, { rows, rowBytes }) => sum + rows * (rowBytes + 1), 0);
  const [only, ...others] = pixels;
  const compressed = only !== undefined && others.length === 0 ? only : Buffer.concat(pixels);
  return { passes, bytes: inflate(compressed, expected, 0) };
}

function samplesOf(header: PngHeader, { passes, bytes }: Filtered): Uint8Array | Uint16Array {
  const { width, height, depth, colourType, interlaced } = header;
  const channels = CHANNELS[colourType];
  const step = Math.max(1, (channels * depth) >> 3);
  let start = 0;
  const parts = passes.map((pass) => {
    const rows = unfilter(bytes, start, pass.rows, pass.rowBytes, step);
    start += pass.rows * (pass.rowBytes + 1);
    return { pass, samples: widen(rows, pass, depth, channels) };
  });
  const [first] = parts;
  if (!interlaced && first !== undefined) return first.samples;
  const whole = new (depth === 16 ? Uint16Array : Uint8Array)(width * height * channels);
  for (const { pass, samples } of parts) scatter(samples, pass, whole, width, channels);
  return whole;
}

function widen(
  packed: Uint8Array<ArrayBuffer>,
  { rows, columns, rowBytes }: PassSize,
  depth: PngHeader['depth'],
  channels: number,
): Uint8Array | Uint16Array {
  if (depth === 8) return packed;
  if (depth === 16) return readNumbers(packed, 'uint16', false) as Uint16Array;
  const values = new Uint8Array(rows * columns * channels);
  for (let row = 0; row < rows; row++) unpackBits(packed, row * rowBytes, depth, values, row * columns, columns);
  return values;
}

function scatter(
  samples: Uint8Array | Uint16Array,
  { left, top, stepX, stepY, rows, columns }: PassSize,
  whole: Uint8Array | Uint16Array,
  width: number,
  channels: number,
): void {
  let from = 0;
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const to = ((top + row * stepY) * width + left + column * stepX) * channels;
      for (let channel = 0; channel < channels; channel++) whole[to + channel] = samples[from++] as number;
    }
  }
}
