/**
 * A binary mask of one image and one class: rows of 32-pixel words, pixel x at bit x mod 32 of word ⌊x/32⌋. Bits past the
 * width are 0. `null` stands for the empty mask, which most classes of an image are.
 *
 * Most words of a class are 0, so a mask knows those that are not: operations walk over them alone.
 */
export type BitMask = Readonly<MaskBuffer> | null;

export interface MaskBuffer {
  /** 0 wherever no index of `active` is. */
  readonly words: Int32Array;
  /** The first `count` are indices of words, ascending: of every word with a pixel in it. It is as long as need be. */
  active: Int32Array;
  count: number;
}

/** Size of a mask in pixels and words. */
export interface Grid {
  readonly height: number;
  readonly width: number;
  readonly wordsPerRow: number;
  /** The bits of a row's last word that are pixels. */
  readonly lastWord: number;
}

/** Gives buffers of a grid's words, all 0, and takes them back when they are no longer needed. */
export interface Buffers {
  /** @param most active words that there will be; without it, `reserve` makes the room. */
  take(most?: number): MaskBuffer;
  giveBack(buffer: MaskBuffer): void;
}

export function gridOf(height: number, width: number): Grid {
  const rest = width % 32;
  return { height, width, wordsPerRow: Math.ceil(width / 32), lastWord: rest === 0 ? -1 : 2 ** rest - 1 };
}

/** Makes room for as many active words; those that are known stay. */
export function reserve(buffer: MaskBuffer, most: number): void {
  if (buffer.active.length >= most) return;
  const active = new Int32Array(Math.min(2 ** Math.ceil(Math.log2(most)), buffer.words.length));
  active.set(buffer.active);
  buffer.active = active;
}

/** The buffer as a mask, once its words are written. @param count of its active words. */
export function maskOf(buffer: MaskBuffer, count: number, buffers: Buffers): BitMask {
  buffer.count = count;
  if (count > 0) return buffer;
  buffers.giveBack(buffer);
  return null;
}

/** The buffer as a mask, whose active words are looked for among [from, to): the others are 0. */
export function maskOfWords(buffer: MaskBuffer, from: number, to: number, buffers: Buffers): BitMask {
  const { words } = buffer;
  let most = 0;
  for (let i = from; i < to; i++) if (words[i] !== 0) most++;
  reserve(buffer, most);
  const { active } = buffer;
  let count = 0;
  for (let i = from; i < to; i++) if (words[i] !== 0) active[count++] = i;
  return maskOf(buffer, count, buffers);
}

/** All pixels of the grid. */
export function fullMask({ wordsPerRow, lastWord }: Grid, buffers: Buffers): BitMask {
  const buffer = buffers.take();
  const { words } = buffer;
  words.fill(-1);
  for (let at = wordsPerRow - 1; at < words.length; at += wordsPerRow) words[at] = lastWord;
  return maskOfWords(buffer, 0, words.length, buffers);
}

export function intersect(a: BitMask, b: BitMask, buffers: Buffers): BitMask {
  if (a === null || b === null) return null;
  const [few, many] = a.count <= b.count ? [a, b] : [b, a];
  const buffer = buffers.take(few.count);
  const { words, active } = buffer;
  let count = 0;
  for (let k = 0; k < few.count; k++) {
    const i = few.active[k] as number;
    const word = (few.words[i] as number) & (many.words[i] as number);
    if (word === 0) continue;
    words[i] = word;
    active[count++] = i;
  }
  return maskOf(buffer, count, buffers);
}

/** What is in any of the masks, in words of its own: a region outlives the masks of a class that it was made of. */
export function unite(masks: readonly BitMask[], buffers: Buffers): BitMask {
  const parts = masks.filter((mask) => mask !== null);
  if (parts.length === 0) return null;
  const buffer = buffers.take();
  const { words } = buffer;
  let [from, to] = [words.length, 0];
  for (const mask of parts) {
    for (let k = 0; k < mask.count; k++) {
      const i = mask.active[k] as number;
      words[i] = (words[i] as number) | (mask.words[i] as number);
    }
    from = Math.min(from, mask.active[0] as number);
    to = Math.max(to, (mask.active[mask.count - 1] as number) + 1);
  }
  return maskOfWords(buffer, from, to, buffers);
}

/** What is in a but not in b. */
export function without(a: BitMask, b: BitMask, buffers: Buffers): BitMask {
  if (a === null || b === null) return a;
  const buffer = buffers.take(a.count);
  const { words, active } = buffer;
  let count = 0;
  for (let k = 0; k < a.count; k++) {
    const i = a.active[k] as number;
    const word = (a.words[i] as number) & ~(b.words[i] as number);
    if (word === 0) continue;
    words[i] = word;
    active[count++] = i;
  }
  return maskOf(buffer, count, buffers);
}
