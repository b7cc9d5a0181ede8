import { inflate } from './inflate.ts';
import { decompressLzw } from './lzw.ts';
import { type NumberType, readNumbers, sizeOf } from './numbers.ts';
import type { Numbers } from './raster.ts';
import { BrokenFile, CutShort, NotRead } from './unusable.ts';

const LOSSY: Readonly<Record<number, string>> = {
  6: 'JPEG',
  7: 'JPEG',
  34712: 'JPEG 2000',
  34887: 'LERC',
  50001: 'WebP',
};
const OTHERS: Readonly<Record<number, string>> = {
  34925: 'LZMA',
  50000: 'Zstandard',
};

/** Decompresses a strip or tile. @throws CutShort for less than `length` bytes, BrokenFile, NotRead. */
export function decompressBlock(bytes: Uint8Array, compression: number, length: number): Uint8Array {
  switch (compression) {
    case 1:
      if (bytes.length < length) throw new CutShort();
      return bytes.subarray(0, length);
    case 5:
      // Files of the first years have the bits the other way round; their first code, 256, begins with a zero byte.
      if (bytes[0] === 0 && ((bytes[1] ?? 0) & 1) === 1)
        throw new NotRead('a TIFF with an old form of LZW compression', 'save it again, or as a PNG');
      return decompressLzw(bytes, { valueBits: 8, order: 'high', early: true, length });
    case 8:
    case 32946:
      // Some programs fill the last strip up with rows that are not in the picture.
      return inflate(bytes, length, length + 65_536).subarray(0, length);
    case 32773:
      return unpackRuns(bytes, length);
  }
  const lossy = LOSSY[compression];
  if (lossy !== undefined)
    throw new NotRead(`a TIFF compressed with ${lossy}`, 'save it without loss: as a PNG, or with deflate or LZW');
  throw new NotRead(
    `a TIFF compressed with ${OTHERS[compression] ?? `method ${compression}`}`,
    'save it as a PNG, or with deflate or LZW',
  );
}

/** PackBits: a signed byte n, then n + 1 bytes as they are, or one byte that stands for 1 − n. */
function unpackRuns(bytes: Uint8Array, length: number): Uint8Array {
  const out = new Uint8Array(length);
  let at = 0;
  for (let written = 0; written < length; ) {
    const head = bytes[at++];
    if (head === undefined) throw new CutShort();
    if (head === 128) continue;
    const count = head < 128 ? head + 1 : 257 - head;
    const taken = head < 128 ? count : 1;
    if (at + taken > bytes.length) throw new CutShort();
    const run = bytes.subarray(at, at + taken);
    if (written + count > length) throw new BrokenFile('a run of its pixels goes past the end of a block');
    if (head < 128) out.set(run, written);
    else out.fill(run[0] as number, written, written + count);
    at += taken;
    written += count;
  }
  return out;
}

/**
 * A block's samples of whole bytes, with the differences that its rows were stored as undone.
 * @param rowSamples samples of a row.
 * @param step samples from one to the same of the pixel to the left.
 */
export function blockSamples(
  bytes: Uint8Array,
  type: NumberType,
  littleEndian: boolean,
  predictor: number,
  rowSamples: number,
  step: number,
): Numbers {
  if (predictor === 3) return readNumbers(undoFloats(bytes, rowSamples, step, sizeOf(type)), type, false);
  const samples = readNumbers(bytes, type, littleEndian);
  if (predictor === 2) {
    // Sums wrap around in the array's own type, as they should.
    for (let row = 0; row < samples.length; row += rowSamples) addLeft(samples, row, rowSamples, step);
  }
  return samples;
}

function addLeft(samples: Numbers, row: number, length: number, step: number): void {
  if (samples instanceof BigInt64Array || samples instanceof BigUint64Array) {
    for (let i = row + step; i < row + length; i++) samples[i] = (samples[i] as bigint) + (samples[i - step] as bigint);
    return;
  }
  for (let i = row + step; i < row + length; i++) samples[i] = (samples[i] as number) + (samples[i - step] as number);
}

/** Rows of floats are stored as all their first bytes, all their second ones, and so on, each as the difference to its neighbour. */
function undoFloats(bytes: Uint8Array, rowSamples: number, step: number, size: number): Uint8Array {
  const out = new Uint8Array(bytes.length);
  const rowBytes = rowSamples * size;
  for (let row = 0; row < bytes.length; row += rowBytes) {
    const sums = bytes.slice(row, row + rowBytes);
    addLeft(sums, 0, rowBytes, step);
    for (let sample = 0; sample < rowSamples; sample++) {
      for (let byte = 0; byte < size; byte++)
        out[row + sample * size + byte] = sums[byte * rowSamples + sample] as number;
    }
  }
  return out;
}
