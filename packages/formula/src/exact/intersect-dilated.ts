import type { Window } from '@auto-seg-loss/kernel';
import { type BitMask, type Buffers, type Grid, maskOf } from './bit-mask.ts';
import { stepsOf } from './sliding-window.ts';

/** Up to here a window begins and ends at most one word from its middle. */
export const LARGEST_NEAR = 31;

/** Whether a window reaches no farther than the words next to its middle. */
export function isNear(window: Window): boolean {
  return (typeof window === 'number' ? window : (window[0] as number)) <= LARGEST_NEAR;
}

/**
 * What is in a, and has a pixel of b in its window: a AND dilate(b), looked at where a has pixels alone.
 * @param window one that `isNear`.
 */
export function intersectDilated(
  a: BitMask,
  b: BitMask,
  window: Window,
  { height, wordsPerRow }: Grid,
  buffers: Buffers,
): BitMask {
  if (a === null || b === null) return null;
  const steps = stepsOfRows(window);
  const tolerance = steps.length - 1;
  const buffer = buffers.take(a.count);
  const { words, active } = buffer;
  const near = b.words;
  const last = wordsPerRow - 1;
  let count = 0;
  let row = 0;
  let y = 0;
  for (let k = 0; k < a.count; k++) {
    const i = a.active[k] as number;
    while (i - row > last) {
      row += wordsPerRow;
      y++;
    }
    const x = i - row;
    const wanted = a.words[i] as number;
    let found = 0;
    // The nearest rows first: mostly they hold all that is wanted.
    for (let d = 0; d <= 2 * tolerance && (found & wanted) !== wanted; d++) {
      const down = d & 1 ? (d + 1) >>> 1 : -(d >>> 1);
      if (y + down < 0 || y + down >= height) continue;
      const j = i + down * wordsPerRow;
      const left = x > 0 ? (near[j - 1] as number) : 0;
      const here = near[j] as number;
      const right = x < last ? (near[j + 1] as number) : 0;
      if ((left | here | right) !== 0) found |= spread(left, here, right, steps[Math.abs(down)] as Int32Array);
    }
    const word = found & wanted;
    if (word === 0) continue;
    words[i] = word;
    active[count++] = i;
  }
  return maskOf(buffer, count, buffers);
}

/** How the rows of a window come to their widths: the middle one, those next to it, and so on. */
export function stepsOfRows(window: Window): readonly Int32Array[] {
  const widths = typeof window === 'number' ? new Array<number>(window + 1).fill(window) : window;
  return widths.map((width) => Int32Array.from(stepsOf(width)));
}

/** The middle one of three words, each pixel spread over the steps to both sides. */
export function spread(left: number, here: number, right: number, steps: Int32Array): number {
  // Not destructured: this runs for every word near an outline, and would make an array each time.
  let a = left;
  let b = here;
  let c = right;
  for (let k = 0; k < steps.length; k++) {
    const step = steps[k] as number;
    const back = 32 - step;
    const middle = b | (b << step) | (a >>> back) | (b >>> step) | (c << back);
    // What lies beyond the outer words is too far to reach the middle one.
    a = a | (a << step) | (a >>> step) | (b << back);
    c = c | (c << step) | (b >>> back) | (c >>> step);
    b = middle;
  }
  return b;
}
