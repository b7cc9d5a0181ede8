import { AslError } from '@auto-seg-loss/kernel';
import { type DecodedPng, decode } from 'fast-png';
import type { LabelValues } from './label-values.ts';

export async function decodePng(bytes: Uint8Array, file: string): Promise<LabelValues> {
  let png: DecodedPng;
  try {
    png = decode(bytes, { checkCrc: true });
  } catch (cause) {
    throw new AslError('ASL_DATA_INVALID', 'a label cannot be decoded', {
      where: file,
      expected: 'a whole PNG',
      received: `${bytes.length} bytes: ${cause instanceof Error ? cause.message : String(cause)}`,
      cause,
    });
  }
  const { width, height, channels, depth } = png;
  const palette = png.palette === undefined ? 'grey' : 'palette';
  if (depth < 8 || (channels !== 1 && channels !== 3))
    throw new AslError('ASL_DATA_INVALID', 'a label cannot be decoded', {
      where: file,
      expected: 'one channel or RGB of 8 or 16 bits',
      received: `${channels} channels of ${depth} bits`,
    });
  const data = depth === 16 ? Uint16Array.from(png.data) : Uint8Array.from(png.data);
  return { height, width, slices: 1, channels, data, kind: `${channels === 3 ? 'RGB' : palette} PNG, ${depth} bits` };
}
