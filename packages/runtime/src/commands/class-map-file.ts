import { readFile } from 'node:fs/promises';
import { AslError } from '@auto-seg-loss/kernel';
import { type DecodedPng, decode } from 'fast-png';

/** Class indices of an image's pixels. */
export interface ClassMapFile {
  readonly height: number;
  readonly width: number;
  /** [h, w] */
  readonly values: Uint8Array;
}

/**
 * Reads an 8-bit index PNG: grey values or palette indices, as they stand in the file.
 * @throws AslError ASL_DATA_INVALID for anything else, naming the file.
 */
export async function readClassMap(file: string): Promise<ClassMapFile> {
  const bytes = await readFile(file);
  let png: DecodedPng;
  try {
    png = decode(bytes, { checkCrc: true });
  } catch (cause) {
    throw new AslError('ASL_DATA_INVALID', 'the PNG cannot be decoded', {
      where: file,
      expected: 'a whole PNG file',
      received: `${bytes.length} bytes: ${cause instanceof Error ? cause.message : String(cause)}`,
      cause,
    });
  }
  const { width, height, channels, depth, data } = png;
  if (channels === 1 && depth === 8) return { height, width, values: Uint8Array.from(data) };
  throw new AslError('ASL_DATA_INVALID', 'the PNG does not hold class indices', {
    where: file,
    expected: 'one channel of 8 bits: a grey value or palette index for each class',
    received: `${channels} channel${channels === 1 ? '' : 's'} of ${depth} bits`,
  });
}
