import type { NumberType } from './numbers.ts';
import { checkSize } from './size-limit.ts';
import { readTiffDirectories, type TiffDirectory } from './tiff-directory.ts';
import { BrokenFile, NotRead } from './unusable.ts';

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

export const WHITE_IS_ZERO = 0;
export const RGB = 2;
export const PALETTE = 3;

/** How the samples of a TIFF lie in it. */
export interface TiffLayout {
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
  /** What channels beyond the colours are: 1 and 2 are alpha. */
  readonly extra: readonly number[];
  /** Red, green, blue of each index, [n, 3]. */
  readonly palette: Uint8Array | undefined;
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

/**
 * How the samples of a page lie in the file.
 * @throws NotRead for what programs do not agree on, or what is rare; BrokenFile for what contradicts itself.
 */
export function tiffLayout(fields: TiffDirectory, littleEndian: boolean, maximumPixels: number): TiffLayout {
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
    extra: fields.get(EXTRA_SAMPLES) ?? [],
    palette: photometric === PALETTE ? readPalette(fields.get(COLOR_MAP) ?? []) : undefined,
  };
}

function numberType(format: number, bits: number): NumberType {
  const kind = { 1: 'uint', 2: 'int', 3: 'float', 4: 'uint' }[format];
  if (kind === 'uint' && [1, 2, 4].includes(bits)) return 'uint8';
  const least = kind === 'float' ? 16 : 8;
  if (kind !== undefined && bits >= least && [8, 16, 32, 64].includes(bits)) return `${kind}${bits}` as NumberType;
  throw new NotRead(`a TIFF of samples of ${bits} bits, format ${format}`, 'save it with 8 or 16 bits');
}

/** All reds, then all greens, then all blues, of 16 bits. */
function readPalette(map: readonly number[]): Uint8Array {
  const count = Math.floor(map.length / 3);
  return Uint8Array.from({ length: 3 * count }, (_, i) => (map[(i % 3) * count + Math.floor(i / 3)] ?? 0) >> 8);
}

function one(fields: TiffDirectory, tag: number, otherwise: number): number {
  return fields.get(tag)?.[0] ?? otherwise;
}
