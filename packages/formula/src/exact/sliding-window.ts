import type { Grid } from './bit-mask.ts';

// The maximum over a window, one direction after the other, in place. A window of reach r is made of smaller ones: OR of the
// window of reach q with itself, shifted by up to q + 1, has reach up to 2q + 1, so that log2(r) passes are enough, whatever
// is cut off at the ends.

interface Rows {
  readonly top: number;
  readonly bottom: number;
}

/** The steps that make up a reach. @param from what is reached already. */
export function stepsOf(reach: number, from = 0): readonly number[] {
  const steps: number[] = [];
  for (let reached = from; reached < reach; ) {
    const step = Math.min(reached + 1, reach - reached);
    steps.push(step);
    reached += step;
  }
  return steps;
}

/** Each row's pixels over `reach` pixels to both sides. */
export function maximumOverRows(
  words: Int32Array,
  { top, bottom }: Rows,
  reach: number,
  { wordsPerRow, lastWord }: Grid,
): void {
  const steps = stepsOf(reach);
  const scratch = new Int32Array(wordsPerRow);
  for (let row = top; row < bottom; row++) {
    const start = row * wordsPerRow;
    const end = start + wordsPerRow;
    if (isEmpty(words, start, end)) continue;
    grow(words, start, end, steps, lastWord, scratch);
  }
}

/** @param scratch words of a row, for steps of a word or more. */
function grow(
  words: Int32Array,
  start: number,
  end: number,
  steps: readonly number[],
  lastWord: number,
  scratch: Int32Array,
): void {
  for (const step of steps) {
    // What lies past the width is nothing, before each step and after the last.
    words[end - 1] = (words[end - 1] as number) & lastWord;
    if (step >= 32) farStep(words, start, step, scratch);
    else nearStep(words, start, end, step);
  }
  words[end - 1] = (words[end - 1] as number) & lastWord;
}

function isEmpty(words: Int32Array, start: number, end: number): boolean {
  for (let i = start; i < end; i++) if (words[i] !== 0) return false;
  return true;
}

function nearStep(words: Int32Array, start: number, end: number, step: number): void {
  const back = 32 - step;
  let before = 0;
  let here = words[start] as number;
  for (let i = start; i < end; i++) {
    const after = i + 1 < end ? (words[i + 1] as number) : 0;
    words[i] = here | (here << step) | (before >>> back) | (here >>> step) | (after << back);
    before = here;
    here = after;
  }
}

/** A step of a word or more. */
function farStep(words: Int32Array, start: number, step: number, row: Int32Array): void {
  row.set(words.subarray(start, start + row.length));
  const far = Math.floor(step / 32);
  const near = step % 32;
  const at = (word: number): number => (word >= 0 && word < row.length ? (row[word] as number) : 0);
  for (let word = 0; word < row.length; word++) {
    const left = near === 0 ? at(word - far) : (at(word - far) << near) | (at(word - far - 1) >>> (32 - near));
    const right = near === 0 ? at(word + far) : (at(word + far) >>> near) | (at(word + far + 1) << (32 - near));
    words[start + word] = (row[word] as number) | left | right;
  }
}

/** Each column's pixels over `reach` pixels up and down, within the rows: windows are cut off at their ends. */
export function maximumOverColumns(
  words: Int32Array,
  { top, bottom }: Rows,
  reach: number,
  { wordsPerRow }: Grid,
): void {
  const start = top * wordsPerRow;
  const end = bottom * wordsPerRow;
  for (const step of stepsOf(reach)) columnStep(words, start, end, step * wordsPerRow);
}

/** Downwards, rows below are still what they were; upwards, the rows above are. */
function columnStep(words: Int32Array, start: number, end: number, offset: number): void {
  for (let i = start; i < end - offset; i++) words[i] = (words[i] as number) | (words[i + offset] as number);
  for (let i = end - 1; i >= start + offset; i--) words[i] = (words[i] as number) | (words[i - offset] as number);
}
