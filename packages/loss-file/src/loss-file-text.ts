import { contentHash } from './content-hash.ts';
import type { LossFile } from './loss-file.ts';

/** A list of numbers that JSON.stringify broke over lines. */
const NUMBERS = /\[\s+(-?[\d.eE+-]+(?:,\s+-?[\d.eE+-]+)*)\s+\]/g;

/** The bytes of a loss file: the same for the same loss, everywhere and at any time. */
export function lossFileText(loss: LossFile): string {
  const { sha256: _old, ...content } = loss;
  const signed = { ...content, sha256: contentHash({ ...content }) };
  const lines = JSON.stringify(signed, null, 2);
  return `${lines.replace(NUMBERS, (_list, numbers: string) => `[${numbers.replace(/\s+/g, ' ')}]`)}\n`;
}
