import { AslError, type Random, type Split } from '@auto-seg-loss/kernel';
import { groupsTogether, inNaturalOrder } from './groups-together.ts';
import type { Partition } from './partition.ts';

/** A block of neighbours has about this many images at least, and a fold has at most so many blocks. */
const BLOCK_IMAGES = 8;
const MOST_BLOCKS = 8;

/**
 * Divides the training split into folds, each of which gives the reward once while the others are trained on.
 *
 * As in `partition`, a fold is made of whole blocks of neighbours, by the natural order of the ids: the order is cut into up to 8
 * equal stretches, each stretch into as many blocks as there are folds, and each fold gets one of them by lot. Twins and the
 * split's own groups are in one fold: a group that blocks cut goes to the one of its folds that has the fewest images.
 *
 * Every image is in exactly one fold, no fold is empty, and without twins folds differ by one image for each stretch at most.
 * @param options.count of folds, at least 2. @param options.random it is not advanced.
 * @param options.twins groups of indices, disjoint. Where one group holds all images, they are divided as if they were none.
 * @returns a division for each fold: its images for the reward, all others to train on.
 * @throws AslError ASL_DATA_INVALID for a split with fewer images, twins counted once, than folds.
 */
export function folds(
  split: Pick<Split, 'ids' | 'groups'>,
  options: {
    readonly count: number;
    readonly random: Random;
    readonly twins?: readonly (readonly number[])[];
  },
): readonly Partition[] {
  const { count, random, twins = [] } = options;
  const images = split.ids.length;
  const groups = groupsTogether(split.groups, twins, images).filter((group) => group.length < images);
  const apart = images - groups.reduce((sum, group) => sum + group.length - 1, 0);
  if (apart < count) throw tooFew(count, apart, images);
  const fold = inBlocks(inNaturalOrder(split.ids), count, random.split('folds'));
  keepTogether(fold, groups, count);
  fillEmpty(fold, groups, count);
  const all = split.ids.map((_, index) => index);
  return Array.from({ length: count }, (_, number) => ({
    train: all.filter((index) => fold[index] !== number),
    reward: all.filter((index) => fold[index] === number),
  }));
}

/** @returns the fold of each image. */
function inBlocks(order: readonly number[], count: number, random: Random): number[] {
  const images = order.length;
  const stretches = Math.min(Math.max(Math.floor(images / count / BLOCK_IMAGES), 1), MOST_BLOCKS);
  const blocks = stretches * count;
  const fold = new Array<number>(images).fill(0);
  for (let stretch = 0; stretch < stretches; stretch++) {
    const lots = random.split(`stretch/${stretch}`).shuffle(Array.from({ length: count }, (_, number) => number));
    for (const [place, number] of lots.entries()) {
      const block = stretch * count + place;
      const [start, end] = [Math.floor((images * block) / blocks), Math.floor((images * (block + 1)) / blocks)];
      for (const index of order.slice(start, end)) fold[index] = number;
    }
  }
  return fold;
}

/** Moves each group that is cut to one of its folds. @param fold of each image; changed. */
function keepTogether(fold: number[], groups: readonly (readonly number[])[], count: number): void {
  const sizes = sizesOf(fold, count);
  for (const group of groups) {
    const own = [...new Set(group.map((index) => fold[index] as number))].sort((a, b) => a - b);
    if (own.length < 2) continue;
    for (const index of group) sizes[fold[index] as number] = (sizes[fold[index] as number] as number) - 1;
    const smallest = own.reduce((best, each) => ((sizes[each] as number) < (sizes[best] as number) ? each : best));
    for (const index of group) fold[index] = smallest;
    sizes[smallest] = (sizes[smallest] as number) + group.length;
  }
}

/** Gives each fold that has none some images of the largest that can spare them. @param fold of each image; changed. */
function fillEmpty(fold: number[], groups: readonly (readonly number[])[], count: number): void {
  const groupOf = new Map(groups.flatMap((group) => group.map((index) => [index, group] as const)));
  for (const [empty, size] of sizesOf(fold, count).entries()) {
    if (size > 0) continue;
    const sizes = sizesOf(fold, count);
    const units = fold.flatMap((number, index) => {
      const unit = groupOf.get(index) ?? [index];
      return unit[0] === index && unit.length < (sizes[number] as number)
        ? [{ unit, from: sizes[number] as number }]
        : [];
    });
    const [chosen] = units.toSorted((a, b) => b.from - a.from || a.unit.length - b.unit.length);
    for (const index of chosen?.unit ?? []) fold[index] = empty;
  }
}

function sizesOf(fold: readonly number[], count: number): number[] {
  const sizes = new Array<number>(count).fill(0);
  for (const number of fold) sizes[number] = (sizes[number] as number) + 1;
  return sizes;
}

function tooFew(count: number, apart: number, images: number): AslError {
  const twins = apart < images ? `, since twins and groups of images stay together (${images} images)` : '';
  return new AslError('ASL_DATA_INVALID', 'the training split cannot be divided into so many folds', {
    where: 'proxy.reward.folds, training split',
    expected: `at least ${count} images that can be apart`,
    received: `${apart}${twins}`,
    remedy: 'ask for fewer folds, or bring more images',
  });
}
