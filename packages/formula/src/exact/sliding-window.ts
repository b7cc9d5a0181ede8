import type { Grid } from './bit-mask.ts';

// The window of a morphological operation, one direction after the other, in place. A window of reach r is made of smaller
// ones: OR (or AND) of the window of reach q with itself, shifted by up to q + 1, has reach up to 2q + 1, so that log2(r)
// passes are enough, whatever is cut off at the ends.

type Extreme = 'minimum' | 'maximum';
interface Rows {
  readonly top: number;
  readonly bottom: number;
}

/** The steps that make up a reach. */
function stepsOf(reach: number): readonly number[] {
  const steps: number[] = [];
  for (let reached = 0; reached < reach; ) {
    const step = Math.min(reached + 1, reach - reached);
    steps.push(step);
    reached += step;
  }
  return steps;
}

/** Each row's pixels over `reach` pixels to both sides. @param outside what pixels left and right of the image count as. */
export function extremeOverRows(
  words: Int32Array,
  { top, bottom }: Rows,
  reach: number,
  extreme: Extreme,
  outside: 0 | 1,
  { wordsPerRow, lastWord }: Grid,
): void {
  const fill = outside === 1 ? -1 : 0;
  const steps = stepsOf(reach);
  const scratch = new Int32Array(wordsPerRow);
  for (let row = top; row < bottom; row++) {
    const start = row * wordsPerRow;
    const end = start + wordsPerRow;
    if (isEmpty(words, start, end)) continue;
    for (const step of steps) {
      // What lies past the width is outside, before each step and after the last.
      words[end - 1] = ((words[end - 1] as number) & lastWord) | (fill & ~lastWord);
      if (step >= 32) farStep(words, start, step, extreme, fill, scratch);
      else if (extreme === 'minimum') minimumStep(words, start, end, step, fill);
      else maximumStep(words, start, end, step, fill);
    }
    words[end - 1] = (words[end - 1] as number) & lastWord;
  }
}

function isEmpty(words: Int32Array, start: number, end: number): boolean {
  for (let i = start; i < end; i++) if (words[i] !== 0) return false;
  return true;
}

function maximumStep(words: Int32Array, start: number, end: number, step: number, fill: number): void {
  const back = 32 - step;
  let before = fill;
  let here = words[start] as number;
  for (let i = start; i < end; i++) {
    const after = i + 1 < end ? (words[i + 1] as number) : fill;
    words[i] = here | (here << step) | (before >>> back) | (here >>> step) | (after << back);
    before = here;
    here = after;
  }
}

function minimumStep(words: Int32Array, start: number, end: number, step: number, fill: number): void {
  const back = 32 - step;
  let before = fill;
  let here = words[start] as number;
  for (let i = start; i < end; i++) {
    const after = i + 1 < end ? (words[i + 1] as number) : fill;
    words[i] = here & ((here << step) | (before >>> back)) & ((here >>> step) | (after << back));
    before = here;
    here = after;
  }
}

/** A step of a word or more. */
function farStep(
  words: Int32Array,
  start: number,
  step: number,
  extreme: Extreme,
  fill: number,
  row: Int32Array,
): void {
  row.set(words.subarray(start, start + row.length));
  const far = Math.floor(step / 32);
  const near = step % 32;
  const at = (word: number): number => (word >= 0 && word < row.length ? (row[word] as number) : fill);
  for (let word = 0; word < row.length; word++) {
    const left = near === 0 ? at(word - far) : (at(word - far) << near) | (at(word - far - 1) >>> (32 - near));
    const right = near === 0 ? at(word + far) : (at(word + far) >>> near) | (at(word + far + 1) << (32 - near));
    const here = row[word] as number;
    words[start + word] = extreme === 'minimum' ? here & left & right : here | left | right;
  }
}

/** Each column's pixels over `reach` pixels up and down, within the rows: windows are cut off at their ends. */
export function extremeOverColumns(
  words: Int32Array,
  { top, bottom }: Rows,
  reach: number,
  extreme: Extreme,
  { wordsPerRow }: Grid,
): void {
  const start = top * wordsPerRow;
  const end = bottom * wordsPerRow;
  const pass = extreme === 'minimum' ? minimumPass : maximumPass;
  for (const step of stepsOf(reach)) pass(words, start, end, step * wordsPerRow);
}

// Downwards, rows below are still what they were; upwards, the rows above are.

function maximumPass(words: Int32Array, start: number, end: number, offset: number): void {
  for (let i = start; i < end - offset; i++) words[i] = (words[i] as number) | (words[i + offset] as number);
  for (let i = end - 1; i >= start + offset; i--) words[i] = (words[i] as number) | (words[i - offset] as number);
}

function minimumPass(words: Int32Array, start: number, end: number, offset: number): void {
  for (let i = start; i < end - offset; i++) words[i] = (words[i] as number) & (words[i + offset] as number);
  for (let i = end - 1; i >= start + offset; i--) words[i] = (words[i] as number) & (words[i - offset] as number);
}
