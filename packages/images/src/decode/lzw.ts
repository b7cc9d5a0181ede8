import { BrokenFile, CutShort } from './unusable.ts';

const LONGEST_CODE = 12;

export interface LzwOptions {
  /** Bits of a value; codes begin one bit longer. */
  readonly valueBits: number;
  /** Which bit of a byte comes first: GIF begins with the low one, TIFF with the high one. */
  readonly order: 'low' | 'high';
  /** TIFF makes codes longer one code earlier than GIF. */
  readonly early: boolean;
  /** How many values there must be. What follows them is not looked at. */
  readonly length: number;
}

/**
 * Decompresses LZW as GIF and TIFF use it.
 * @throws BrokenFile for a code that means nothing, CutShort where the values end before there are `length`.
 */
export function decompressLzw(bytes: Uint8Array, { valueBits, order, early, length }: LzwOptions): Uint8Array {
  // A code of 9 bits or more stands for at most as many values as there are codes.
  if (length > bytes.length * 2 ** LONGEST_CODE) throw new CutShort();
  const out = new Uint8Array(length);
  const clear = 2 ** valueBits;
  const end = clear + 1;
  // Of each code: the code of all its values but the last, the last, the first, and how many they are.
  const prefixes = new Uint16Array(2 ** LONGEST_CODE);
  const lasts = new Uint8Array(2 ** LONGEST_CODE);
  const firsts = new Uint8Array(2 ** LONGEST_CODE);
  const lengths = new Uint32Array(2 ** LONGEST_CODE);
  for (let value = 0; value < clear; value++) {
    lasts[value] = value;
    firsts[value] = value;
    lengths[value] = 1;
  }
  const nextCode = codeReader(bytes, order);
  let next = end + 1;
  let bits = valueBits + 1;
  let previous = -1;
  let written = 0;
  while (written < length) {
    const code = nextCode(bits);
    if (code === end) throw new CutShort();
    if (code === clear) {
      next = end + 1;
      bits = valueBits + 1;
      previous = -1;
      continue;
    }
    if (code > (previous < 0 ? clear : next))
      throw new BrokenFile(`its compressed values have a code, ${code}, that means nothing`);
    // A new code is the previous one and the first value of this one, which may be the new code itself.
    if (previous >= 0 && next < prefixes.length) {
      prefixes[next] = previous;
      firsts[next] = firsts[previous] as number;
      lasts[next] = firsts[code === next ? previous : code] as number;
      lengths[next] = (lengths[previous] as number) + 1;
      next++;
    }
    const count = lengths[code] as number;
    let at = written + count;
    for (let part = code; at > written; part = prefixes[part] as number) {
      at--;
      if (at < length) out[at] = lasts[part] as number;
    }
    written += count;
    previous = code;
    if (next + (early ? 1 : 0) >= 2 ** bits && bits < LONGEST_CODE) bits++;
  }
  return out;
}

function codeReader(bytes: Uint8Array, order: 'low' | 'high'): (bits: number) => number {
  let at = 0;
  let held = 0;
  let holds = 0;
  return (bits) => {
    while (holds < bits) {
      if (at >= bytes.length) throw new CutShort();
      const byte = bytes[at++] as number;
      held = order === 'low' ? held | (byte << holds) : (held << 8) | byte;
      holds += 8;
    }
    holds -= bits;
    const code = order === 'low' ? held & (2 ** bits - 1) : held >>> holds;
    held = order === 'low' ? held >>> bits : held & (2 ** holds - 1);
    return code;
  };
}
