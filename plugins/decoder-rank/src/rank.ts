import type { DecodedImage } from '@auto-seg-loss/kernel';
import { bestCut } from './best-cut.ts';
import { gridFor } from './grid.ts';
import { OBJECTIVES } from './objective.ts';
import type { RankOptions } from './options.ts';

/**
 * RankSEG (Dai & Li, JMLR 24(224), 2023) in its form for IoU and Dice of several classes (Wang & Dai, RankSEG-RMA, NeurIPS 2025).
 * Each class takes the pixels with which its objective is the largest, whatever the others take. A pixel that one class takes is
 * that class's. One that several take goes to that of them whose objective it raises most, given the pixels that are its alone;
 * one that none takes, so among all classes that are not left out (among all, where every class is). Of equal ones, the lowest.
 *
 * Time is linear in the pixels; in memory lie 10 bytes for each of them, whatever the number of classes.
 *
 * @param probabilities [c, h, w]. @returns [h, w].
 */
export function rank(
  probabilities: Float32Array,
  { classes, height, width }: DecodedImage,
  { for: metric, pruning }: RankOptions,
): Uint8Array {
  const pixels = height * width;
  const grid = gridFor(pixels);
  const objective = OBJECTIVES[metric];
  const scratch = new Float64Array(pixels);
  const cuts = Array.from({ length: classes }, (_, c) =>
    bestCut(probabilities.subarray(c * pixels, (c + 1) * pixels), { objective, pruning, grid, scratch }),
  );
  const taken = new Uint8Array(pixels);
  const takers = new Uint8Array(pixels);
  for (const [c, { cut }] of cuts.entries()) {
    if (cut === Number.POSITIVE_INFINITY) continue;
    for (let pixel = 0, at = c * pixels; pixel < pixels; pixel++, at++) {
      if ((probabilities[at] as number) + grid - grid <= cut) continue;
      taken[pixel] = c;
      takers[pixel] = (takers[pixel] as number) + 1;
    }
  }
  const own = cuts.map(() => ({ sum: 0, count: 0 }));
  for (let pixel = 0; pixel < pixels; pixel++) {
    if (takers[pixel] !== 1) continue;
    const c = taken[pixel] as number;
    const alone = own[c] as { sum: number; count: number };
    alone.sum += (probabilities[c * pixels + pixel] as number) + grid - grid;
    alone.count += 1;
  }
  const most = scratch.fill(Number.NEGATIVE_INFINITY);
  const allLeftOut = cuts.every(({ cut }) => cut === Number.POSITIVE_INFINITY);
  for (const [c, { cut, mass }] of cuts.entries()) {
    if (cut === Number.POSITIVE_INFINITY && !allLeftOut) continue;
    const increment = objective.increment(own[c] as { sum: number; count: number }, mass);
    for (let pixel = 0, at = c * pixels; pixel < pixels; pixel++, at++) {
      const count = takers[pixel] as number;
      if (count === 1) continue;
      const probability = probabilities[at] as number;
      if (count > 1 && probability + grid - grid <= cut) continue;
      const added = increment(probability);
      if (added <= (most[pixel] as number)) continue;
      most[pixel] = added;
      taken[pixel] = c;
    }
  }
  return taken;
}
