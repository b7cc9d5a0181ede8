import { AslError } from '@auto-seg-loss/kernel';
import { type DecodedPng, decode } from 'fast-png';
import type { Decoded } from './decoded.ts';

// Offsets in the file: signature (8), chunk length and type (8), width and height (8), then these.
const IHDR_DEPTH = 24;
const IHDR_INTERLACE = 28;

/**
 * Decodes a label PNG to its raw sample values, [h, w]: grey values, or palette indices.
 * @throws AslError ASL_DATA_INVALID for a truncated or broken file, one that is no PNG, or one with colours in place of indices.
 */
export function decodeLabel(bytes: Uint8Array, file: string): Decoded {
  if (isPng(bytes) && isInterlaced(bytes) && (bytes[IHDR_DEPTH] ?? 8) < 8) {
    throw new AslError('ASL_DATA_INVALID', 'a label is an interlaced PNG of less than 8 bits, which is not supported', {
      where: file,
      expected: '8 bits, or no interlacing',
      received: `${bytes[IHDR_DEPTH]} bits, interlaced`,
      remedy: 'save the label again without interlacing',
    });
  }
  let png: DecodedPng;
  try {
    png = decode(bytes, { checkCrc: true });
  } catch (cause) {
    throw new AslError('ASL_DATA_INVALID', 'a label cannot be decoded', {
      where: file,
      expected: 'a whole PNG',
      received: `${bytes.length} bytes: ${describe(bytes, cause)}`,
      remedy: isPng(bytes)
        ? 'the file is truncated or broken: copy it again from the source, or take it out of the data set'
        : 'labels must be PNG files; JPEG would blur the class indices',
      cause,
    });
  }
  const { width, height, channels, depth, data } = png;
  if (channels !== 1 || depth > 8) {
    const kind = { 1: 'grey', 2: 'grey with alpha', 3: 'RGB', 4: 'RGB with alpha' }[channels] ?? `${channels} channels`;
    throw new AslError('ASL_DATA_INVALID', 'a label holds colours or wide numbers in place of class indices', {
      where: file,
      expected: 'a grey or palette PNG of at most 8 bits, whose values are class indices',
      received: `${kind}, ${depth} bits a channel`,
      remedy: 'convert the labels to indices: one 8-bit grey value for each class, in the order of dataset.classes',
    });
  }
  const values = depth < 8 ? unpack(data, width, height, depth) : Uint8Array.from(data);
  return { height, width, data: values };
}

/** Values of less than 8 bits are packed from the high bit on, each row starting at a byte. */
function unpack(packed: ArrayLike<number>, width: number, height: number, depth: number): Uint8Array {
  const perByte = 8 / depth;
  const stride = Math.ceil(width / perByte);
  const mask = 2 ** depth - 1;
  const values = new Uint8Array(width * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const byte = packed[y * stride + Math.floor(x / perByte)] ?? 0;
      values[y * width + x] = (byte >> (8 - depth * ((x % perByte) + 1))) & mask;
    }
  }
  return values;
}

function isPng(bytes: Uint8Array): boolean {
  return bytes[0] === 0x89 && bytes[1] === 0x50 && bytes[2] === 0x4e && bytes[3] === 0x47;
}

function isInterlaced(bytes: Uint8Array): boolean {
  return bytes[IHDR_INTERLACE] === 1;
}

function describe(bytes: Uint8Array, cause: unknown): string {
  if (!isPng(bytes)) return bytes.length === 0 ? 'an empty file' : 'no PNG signature';
  if (!(cause instanceof Error)) return String(cause);
  // The decoder reads on where the file has ended.
  if (cause instanceof RangeError || cause.cause instanceof RangeError) return 'it ends too early';
  return cause.message;
}
