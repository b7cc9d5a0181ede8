import { unpackBits } from './bits.ts';
import { faxSamples } from './fax-samples.ts';
import { maximumOf, type NumberType } from './numbers.ts';
import type { Numbers, Raster } from './raster.ts';
import { checkSize } from './size-limit.ts';
import { blockSamples, decompressBlock } from './tiff-blocks.ts';
import { readTiffDirectories, type TiffDirectory } from './tiff-directory.ts';
import { BrokenFile, CutShort, NotRead } from './unusable.ts';

// TIFF's numbers for its fields.
const SUBFILE_TYPE = 254;
const WIDTH = 256;
const HEIGHT = 257;
const BITS = 258;
const COMPRESSION = 259;
const PHOTOMETRIC = 262;
const FILL_ORDER = 266;
const STRIP_OFFSETS = 273;
const ORIENTATION = 274;
const CHANNELS = 277;
const ROWS_PER_STRIP = 278;
const STRIP_LENGTHS = 279;
const PLANAR = 284;
const PREDICTOR = 317;
const COLOR_MAP = 320;
const TILE_WIDTH = 322;
const TILE_HEIGHT = 323;
const TILE_OFFSETS = 324;
const TILE_LENGTHS = 325;
const EXTRA_SAMPLES = 338;
const SAMPLE_FORMAT = 339;

const WHITE_IS_ZERO = 0;
const RGB = 2;
const PALETTE = 3;
const FAX = [2, 3, 4];

/** How the samples of a TIFF lie in it. */
interface Layout {
  readonly littleEndian: boolean;
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  readonly bits: number;
  readonly type: NumberType;
  readonly photometric: number;
  readonly compression: number;
  readonly predictor: number;
  /** Whether each channel lies by itself. */
  readonly planar: boolean;
  readonly blockWidth: number;
  readonly blockHeight: number;
  readonly tiled: boolean;
  readonly offsets: readonly number[];
  readonly lengths: readonly number[];
}

/**
 * Reads a TIFF's samples as they are stored: of one with a palette the indices.
 *
 * The libraries at hand are wrong on files of big-endian machines, on tiles with differences, or widen small numbers.
 */
export async function readTiff(
  bytes: Uint8Array,
  maximumPixels: number,
  manyPages: 'refuse' | 'first' = 'refuse',
): Promise<Raster> {
  const { littleEndian, pages, page } = tiffPages(bytes);
  if (pages > 1 && manyPages === 'refuse')
    throw new NotRead(`a TIFF of ${pages} pages`, 'save the page that is meant as a file of its own');
  const layout = layoutOf(page, littleEndian, maximumPixels);
  const { width, height, channels, bits, type, photometric } = layout;
  const fax = FAX.includes(layout.compression) && bits === 1 && channels === 1;
  // Of these, the image library itself turns zeros that are white round.
  const data = fax ? await faxSamples(bytes, height, width) : joinBlocks(bytes, layout);
  const extra = page.get(EXTRA_SAMPLES) ?? [];
  const alpha = channels === (photometric === RGB ? 4 : 2) || (extra[0] ?? 0) > 0;
  const maximum = bits <= 8 && type === 'uint8' ? 2 ** bits - 1 : maximumOf(type);
  if (photometric === WHITE_IS_ZERO && !fax) invert(data, maximum, channels);
  const palette = photometric === PALETTE ? readPalette(page.get(COLOR_MAP) ?? []) : undefined;
  const size = { height, width, slices: 1, channels, alpha, data, maximum, ...(palette && { palette }) };
  const colours = photometric === PALETTE ? 'palette' : photometric === RGB ? 'RGB' : 'grey';
  const suffix = alpha ? ' with alpha' : '';
  if (type.startsWith('uint') && bits <= 16) return { ...size, name: `${colours} TIFF${suffix}`, bits };
  return { ...size, name: `${colours === 'grey' ? '' : `${colours} `}${type} TIFF${suffix}` };
}

/** The pictures of a TIFF. */
export interface TiffPages {
  readonly littleEndian: boolean;
  /** How many there are. */
  readonly pages: number;
  /** Fields of the first. */
  readonly page: TiffDirectory;
}

export function tiffPages(bytes: Uint8Array): TiffPages {
  const { littleEndian, directories } = readTiffDirectories(bytes);
  // Smaller copies of the picture for quick looks are marked as such.
  const pages = directories.filter((fields) => (one(fields, SUBFILE_TYPE, 0) & 1) === 0);
  const [page] = pages;
  if (page === undefined) throw new BrokenFile('it has no picture');
  return { littleEndian, pages: pages.length, page };
}

/** Whether a TIFF's samples are bytes or smaller, shorts, or something that pictures seldom have: floats, signed or long numbers. */
export function tiffDepth({ page }: TiffPages): 'bytes' | 'shorts' | 'other' {
  const bits = one(page, BITS, 1);
  if (one(page, SAMPLE_FORMAT, 1) !== 1 || bits > 16) return 'other';
  return bits > 8 ? 'shorts' : 'bytes';
}

/** All reds, then all greens, then all blues, of 16 bits. */
function readPalette(map: readonly number[]): Uint8Array {
  const count = Math.floor(map.length / 3);
  return Uint8Array.from({ length: 3 * count }, (_, i) => (map[(i % 3) * count + Math.floor(i / 3)] ?? 0) >> 8);
}

function one(fields: TiffDirectory, tag: number, otherwise: number): number {
  return fields.get(tag)?.[0] ?? otherwise;
}

function layoutOf(fields: TiffDirectory, littleEndian: boolean, maximumPixels: number): Layout {
  const width = one(fields, WIDTH, 0);
  const height = one(fields, HEIGHT, 0);
  const channels = one(fields, CHANNELS, 1);
  const [bits = 1, ...otherBits] = fields.get(BITS) ?? [];
  checkSize([height, width], maximumPixels);
  if (channels < 1) throw new BrokenFile('its pixels have no samples');
  if (otherBits.some((other) => other !== bits))
    throw new NotRead('a TIFF whose channels have different bits', 'save it as a PNG');
  const photometric = one(fields, PHOTOMETRIC, 1);
  const [format = 1] = fields.get(SAMPLE_FORMAT) ?? [];
  const type = numberType(format, bits);
  if (photometric > PALETTE) throw new NotRead(`a TIFF of colours of kind ${photometric}`, 'save it as a PNG');
  if (photometric === WHITE_IS_ZERO && (bits > 8 || type !== 'uint8'))
    throw new NotRead(
      `a TIFF of ${bits} bits in which zero is white`,
      'save it as a PNG: programs do not agree whether its numbers are turned round',
    );
  const orientation = one(fields, ORIENTATION, 1);
  if (orientation !== 1)
    throw new NotRead(
      `a TIFF that is to be turned or mirrored for viewing (orientation ${orientation})`,
      'save it upright: programs do not agree whether to turn it',
    );
  if (one(fields, FILL_ORDER, 1) !== 1) throw new NotRead('a TIFF with reversed bits', 'save it as a PNG');
  const predictor = one(fields, PREDICTOR, 1);
  if (predictor > 1 && (bits < 8 || predictor > 3 || (predictor === 3) !== type.startsWith('float')))
    throw new NotRead(`a TIFF of ${bits} bits with predictor ${predictor}`, 'save it as a PNG, or without predictor');
  const tiled = fields.has(TILE_WIDTH);
  const blockWidth = tiled ? one(fields, TILE_WIDTH, 0) : width;
  const blockHeight = tiled ? one(fields, TILE_HEIGHT, 0) : Math.min(height, one(fields, ROWS_PER_STRIP, height));
  if (blockWidth < 1 || blockHeight < 1) throw new BrokenFile('its blocks are empty');
  checkSize([blockHeight, blockWidth], maximumPixels);
  const compression = one(fields, COMPRESSION, 1);
  const planar = channels > 1 && one(fields, PLANAR, 1) === 2;
  const offsets = fields.get(tiled ? TILE_OFFSETS : STRIP_OFFSETS) ?? [];
  const lengths = fields.get(tiled ? TILE_LENGTHS : STRIP_LENGTHS) ?? [];
  const blocks = Math.ceil(width / blockWidth) * Math.ceil(height / blockHeight) * (planar ? channels : 1);
  if (offsets.length < blocks || lengths.length < blocks)
    throw new BrokenFile(`it lists ${Math.min(offsets.length, lengths.length)} of its ${blocks} blocks`);
  return {
    littleEndian,
    width,
    height,
    channels,
    bits,
    type,
    photometric,
    compression,
    predictor,
    planar,
    blockWidth,
    blockHeight,
    tiled,
    offsets,
    lengths,
  };
}

function numberType(format: number, bits: number): NumberType {
  const kind = { 1: 'uint', 2: 'int', 3: 'float', 4: 'uint' }[format];
  if (kind === 'uint' && [1, 2, 4].includes(bits)) return 'uint8';
  const least = kind === 'float' ? 16 : 8;
  if (kind !== undefined && bits >= least && [8, 16, 32, 64].includes(bits)) return `${kind}${bits}` as NumberType;
  throw new NotRead(`a TIFF of samples of ${bits} bits, format ${format}`, 'save it with 8 or 16 bits');
}

function joinBlocks(bytes: Uint8Array, layout: Layout): Numbers {
  const { width, height, channels, bits, planar, blockWidth, blockHeight, tiled, compression, predictor } = layout;
  const across = Math.ceil(width / blockWidth);
  const down = Math.ceil(height / blockHeight);
  const step = planar ? 1 : channels;
  const rowSamples = blockWidth * step;
  const rowBytes = Math.ceil((rowSamples * bits) / 8);
  let whole: Numbers | undefined;
  for (let index = 0; index < across * down * (planar ? channels : 1); index++) {
    const channel = Math.floor(index / (across * down));
    const left = (index % across) * blockWidth;
    const top = (Math.floor(index / across) % down) * blockHeight;
    const rows = tiled ? blockHeight : Math.min(blockHeight, height - top);
    const [offset = 0, length = 0] = [layout.offsets[index], layout.lengths[index]];
    if (length === 0) throw new BrokenFile(`its block at row ${top}, column ${left} was never written`);
    if (offset + length > bytes.length) throw new CutShort();
    const block = decompressBlock(bytes.subarray(offset, offset + length), compression, rows * rowBytes);
    const samples =
      bits < 8
        ? unpackRows(block, rows, rowBytes, rowSamples, bits)
        : blockSamples(block, layout.type, layout.littleEndian, predictor, rowSamples, step);
    whole ??= emptyLike(samples, width * height * channels);
    const columns = Math.min(blockWidth, width - left);
    for (let row = 0; row < Math.min(rows, height - top); row++) {
      const from = row * rowSamples;
      const to = ((top + row) * width + left) * channels;
      if (planar) spread(samples, from, whole, to + channel, columns, channels);
      else whole.set(samples.subarray(from, from + columns * step) as never, to);
    }
  }
  return whole as Numbers;
}

function unpackRows(packed: Uint8Array, rows: number, rowBytes: number, rowSamples: number, bits: number): Uint8Array {
  const values = new Uint8Array(rows * rowSamples);
  for (let row = 0; row < rows; row++) unpackBits(packed, row * rowBytes, bits, values, row * rowSamples, rowSamples);
  return values;
}

function emptyLike(samples: Numbers, length: number): Numbers {
  const Kind = samples.constructor as new (length: number) => Numbers;
  return new Kind(length);
}

function spread(samples: Numbers, from: number, whole: Numbers, to: number, count: number, step: number): void {
  for (let i = 0; i < count; i++) whole[to + i * step] = samples[from + i] as never;
}

function invert(data: Numbers, maximum: number, channels: number): void {
  for (let i = 0; i < data.length; i += channels) data[i] = (maximum - Number(data[i])) as never;
}
