import { crc32 } from 'node:zlib';
import { type Entry, fromBufferPromise } from 'yauzl';
import { parseNpy, readNpyHeader } from './npy.ts';
import { maximumOf, sizeOf } from './numbers.ts';
import type { Raster } from './raster.ts';
import { checkSize } from './size-limit.ts';
import { BrokenFile, NotRead } from './unusable.ts';

/** Reads a .npy file of two axes (rows, columns) or three (slices, rows, columns). */
export function readNpyLabel(bytes: Uint8Array, maximumPixels: number, name = '.npy'): Raster {
  const { type, dtype, shape } = readNpyHeader(bytes);
  const sides = picture(shape);
  checkSize(sides, maximumPixels);
  const [slices, height, width] = sides;
  const { data } = parseNpy(bytes);
  const size = { height, width, slices, channels: 1, alpha: false };
  return { ...size, data, maximum: maximumOf(type), name: `${dtype === 'b1' ? 'bool' : type} ${name}` };
}

/** Axes of length 1 at the end are channels of one class map, those in front batches of one. */
function picture(shape: readonly number[]): [slices: number, height: number, width: number] {
  const sides = [...shape];
  while (sides.length > 2 && sides.at(-1) === 1) sides.pop();
  while (sides.length > 3 && sides[0] === 1) sides.shift();
  const [a, b, c] = sides;
  if (sides.length === 2 && a !== undefined && b !== undefined) return [1, a, b];
  if (sides.length === 3 && a !== undefined && b !== undefined && c !== undefined) return [a, b, c];
  throw new NotRead(
    `an array of shape [${shape.join(', ')}]`,
    'save [rows, columns], or [slices, rows, columns] of a volume',
  );
}

/** Reads a .npz file, which is a ZIP of .npy files, that holds one array. */
export async function readNpzLabel(bytes: Uint8Array, maximumPixels: number): Promise<Raster> {
  const zip = await fromBufferPromise(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length));
  const entries: Entry[] = [];
  for await (const entry of zip.eachEntry()) entries.push(entry);
  const [entry, ...others] = entries;
  if (entry === undefined) throw new BrokenFile('a ZIP without files');
  if (others.length > 0)
    throw new NotRead(
      `a .npz of ${entries.length} arrays: ${entries.map(({ fileName }) => fileName.replace(/\.npy$/, '')).join(', ')}`,
      'save the labels by themselves: numpy.save(file, array)',
    );
  if (!entry.fileName.endsWith('.npy')) throw new NotRead('a ZIP file', 'unpack it first');
  // A number takes 8 bytes at most; a header is short.
  const most = 8 * maximumPixels + 65536;
  if (entry.uncompressedSize > most) checkSize([Math.ceil(entry.uncompressedSize / sizeOf('float64'))], maximumPixels);
  const stream = await zip.openReadStreamPromise(entry);
  const parts: Buffer[] = [];
  for await (const part of stream) parts.push(part as Buffer);
  const content = Buffer.concat(parts);
  if (crc32(content) !== entry.crc32) throw new BrokenFile('its array does not match its checksum');
  return readNpyLabel(content, maximumPixels, '.npz');
}
