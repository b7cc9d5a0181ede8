import { unpackBits } from './bits.ts';
import { faxSamples } from './fax-samples.ts';
import { maximumOf } from './numbers.ts';
import type { Numbers, Raster } from './raster.ts';
import { blockSamples, decompressBlock } from './tiff-blocks.ts';
import { PALETTE, RGB, type TiffLayout, tiffLayout, tiffPages, WHITE_IS_ZERO } from './tiff-layout.ts';
import { BrokenFile, CutShort, NotRead } from './unusable.ts';

/** Compressions of bits, as fax machines use them. */
const FAX = [2, 3, 4];

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
  const layout = tiffLayout(page, littleEndian, maximumPixels);
  const { width, height, channels, bits, type, photometric, extra, palette } = layout;
  const fax = FAX.includes(layout.compression) && bits === 1 && channels === 1;
  // Of these, the image library itself turns zeros that are white round.
  const data = fax ? await faxSamples(bytes, height, width) : joinBlocks(bytes, layout);
  const alpha = channels === (photometric === RGB ? 4 : 2) || (extra[0] ?? 0) > 0;
  const maximum = bits <= 8 && type === 'uint8' ? 2 ** bits - 1 : maximumOf(type);
  if (photometric === WHITE_IS_ZERO && !fax) invert(data, maximum, channels);
  const noColours = photometric !== RGB && channels - (alpha ? 1 : 0) > 1;
  const form = { ...(palette && { palette }), ...(noColours && { noColours }) };
  const size = { height, width, slices: 1, channels, alpha, data, maximum, ...form };
  const colours = photometric === PALETTE ? 'palette' : photometric === RGB ? 'RGB' : 'grey';
  const suffix = alpha ? ' with alpha' : '';
  if (type.startsWith('uint') && bits <= 16) return { ...size, name: `${colours} TIFF${suffix}`, bits };
  return { ...size, name: `${colours === 'grey' ? '' : `${colours} `}${type} TIFF${suffix}` };
}

function joinBlocks(bytes: Uint8Array, layout: TiffLayout): Numbers {
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
