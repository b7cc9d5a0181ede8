import { decompressLzw } from './lzw.ts';
import type { Raster } from './raster.ts';
import { checkSize } from './size-limit.ts';
import { BrokenFile, CutShort, NotRead } from './unusable.ts';

const TRAILER = 0x3b;
const EXTENSION = 0x21;
const IMAGE = 0x2c;

/**
 * Reads a GIF's indices.
 *
 * The libraries at hand fill in what is missing of a damaged file, or give colours.
 */
export function readGif(bytes: Uint8Array, maximumPixels: number): Raster {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const byte = (at: number): number => {
    const value = bytes[at];
    if (value === undefined) throw new CutShort();
    return value;
  };
  if (bytes.length < 13) throw new CutShort();
  const screen = { width: view.getUint16(6, true), height: view.getUint16(8, true) };
  checkSize([screen.height, screen.width], maximumPixels);
  let at = 13 + tableLength(byte(10));
  let palette = bytes.subarray(13, at);
  let values: Uint8Array | undefined;
  for (let frames = 0; ; ) {
    const block = byte(at);
    if (block === TRAILER) break;
    if (block === EXTENSION) {
      at = skipBlocks(byte, at + 2);
    } else if (block === IMAGE) {
      if (++frames > 1)
        throw new NotRead('a GIF of more than one frame', 'save the frame that is meant as a picture of its own');
      if (at + 10 > bytes.length) throw new CutShort();
      const frame = { width: view.getUint16(at + 5, true), height: view.getUint16(at + 7, true) };
      if (frame.width !== screen.width || frame.height !== screen.height)
        throw new NotRead(
          `a GIF whose frame, ${frame.width} × ${frame.height}, is smaller or larger than its screen, ${screen.width} × ${screen.height}`,
          'save it as a PNG: programs do not agree on the values of the rest',
        );
      const flags = byte(at + 9);
      const start = at + 10 + tableLength(flags);
      if (start > at + 10) palette = bytes.subarray(at + 10, start);
      const valueBits = byte(start);
      if (valueBits < 2 || valueBits > 8) throw new BrokenFile(`its values have ${valueBits} bits, which no GIF has`);
      at = skipBlocks(byte, start + 1);
      const length = frame.width * frame.height;
      const stored = decompressLzw(joinBlocks(bytes, start + 1, at), { valueBits, order: 'low', early: false, length });
      values = (flags & 0x40) === 0 ? stored : sortRows(stored, frame.width, frame.height);
    } else throw new BrokenFile(`byte ${at} begins no part of a GIF`);
  }
  if (values === undefined) throw new BrokenFile('it has no picture');
  const size = { ...screen, slices: 1, channels: 1, alpha: false };
  return { ...size, data: values, maximum: 255, name: 'palette GIF', palette };
}

/** Bytes of the table of colours that a flags byte announces. */
function tableLength(flags: number): number {
  return (flags & 0x80) === 0 ? 0 : 3 * 2 ** ((flags & 7) + 1);
}

/** @returns where the part after the blocks begins. */
function skipBlocks(byte: (at: number) => number, from: number): number {
  let at = from;
  for (let length = byte(at); length > 0; length = byte(at)) at += 1 + length;
  return at + 1;
}

function joinBlocks(bytes: Uint8Array, from: number, to: number): Uint8Array {
  const blocks: Uint8Array[] = [];
  for (let at = from; at < to - 1; at += 1 + (bytes[at] as number))
    blocks.push(bytes.subarray(at + 1, at + 1 + (bytes[at] as number)));
  return Buffer.concat(blocks);
}

/** Interlaced rows are stored as every eighth, those between, and so on. */
function sortRows(stored: Uint8Array, width: number, height: number): Uint8Array {
  const sorted = new Uint8Array(stored.length);
  let from = 0;
  for (const [first, step] of [
    [0, 8],
    [4, 8],
    [2, 4],
    [1, 2],
  ] as const) {
    for (let row = first; row < height; row += step, from += width)
      sorted.set(stored.subarray(from, from + width), row * width);
  }
  return sorted;
}
