import { constants, gunzipSync, inflateSync, type ZlibOptions } from 'node:zlib';
import { BrokenFile, CutShort } from './unusable.ts';

/** A byte of deflate stands for no more: a file that promises more is not given the memory. */
const MOST_PER_BYTE = 1032;

/** Decompresses a zlib stream, whose checksum is checked. @throws CutShort, BrokenFile */
export function inflate(bytes: Uint8Array, length: number, spare: number): Buffer {
  return run(inflateSync, bytes, length, spare);
}

/** Decompresses a gzip file, whose checksum is checked. @throws CutShort, BrokenFile */
export function gunzip(bytes: Uint8Array, length: number, spare: number): Buffer {
  return run(gunzipSync, bytes, length, spare);
}

/**
 * @param length how many bytes there must be. Memory for more than these and `spare` ones is never taken, whatever the
 * stream holds.
 */
function run(
  decompress: (bytes: Uint8Array, options: ZlibOptions) => Buffer,
  bytes: Uint8Array,
  length: number,
  spare: number,
): Buffer {
  if (length > bytes.length * MOST_PER_BYTE + 64) throw new CutShort();
  let out: Buffer;
  try {
    // One piece of the right size: collecting small ones takes five times as long.
    const chunkSize = Math.max(64, length + 1);
    out = decompress(bytes, { chunkSize, maxOutputLength: length + spare });
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ERR_BUFFER_TOO_LARGE') throw new BrokenFile('it holds more than its header says');
    if (code === 'Z_BUF_ERROR') throw new CutShort();
    throw new BrokenFile(`its compressed part is damaged (${message})`);
  }
  if (out.length < length) throw new CutShort();
  return out;
}

/** The first bytes of what a gzip file holds, as many as there are of `length`. */
export function peekGzip(bytes: Uint8Array, length: number): Buffer {
  try {
    return gunzipSync(bytes.subarray(0, 16_384), { finishFlush: constants.Z_SYNC_FLUSH }).subarray(0, length);
  } catch (error) {
    throw new BrokenFile(`its compressed part is damaged (${(error as Error).message})`);
  }
}
