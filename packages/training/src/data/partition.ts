import { AslError, type Random, type Split } from '@auto-seg-loss/kernel';
import { groupsTogether, inNaturalOrder } from './groups-together.ts';

/** Two disjoint lists of indices into a split, each rising. */
export interface Partition {
  /** To train on. */
  readonly train: readonly number[];
  /** To take the reward on. */
  readonly reward: readonly number[];
}

/** A held-out block has about this many images at least, and there are at most so many blocks. */
const BLOCK_IMAGES = 8;
const MOST_BLOCKS = 8;

/**
 * Divides the training split into images to train on and images to take the reward on.
 *
 * Neighbouring frames of a video show the same scene; drawn one by one, nearly every reward image would have a twin among
 * the training images, and the reward would measure memory. So the reward images are whole blocks of neighbours, by the
 * natural order of their ids: the order is cut into up to 8 equal stretches, and each gives one run of its images, at a
 * random place in it. All parts of the data (drives, patients, cameras) are then on both sides. Pairs of neighbours are
 * left only where a block begins and ends.
 *
 * Twins, which show the same, and the split's own groups (slices of one volume) are on one side: groups of which some were held out and some not go to the reward as long as it
 * has room for them, else to training. Without twins the reward list has fraction · n images, rounded, but never none and
 * never all; with them, about as many.
 *
 * Every image is in exactly one list.
 * @param options.fraction of the images that are held out for the reward, in (0, 1).
 * @param options.twins groups of indices, disjoint. Where one group holds all images, nothing else can be held out: they are
 *   divided as if they were none.
 * @throws AslError ASL_DATA_INVALID for a split of less than two images.
 */
export function partition(
  split: Pick<Split, 'ids' | 'groups'>,
  options: {
    readonly fraction: number;
    readonly random: Random;
    readonly twins?: readonly (readonly number[])[];
  },
): Partition {
  const { fraction, random, twins = [] } = options;
  const count = split.ids.length;
  if (count < 2) {
    throw new AslError('ASL_DATA_INVALID', 'a search needs images to train on and others to take its reward on', {
      where: 'training split',
      expected: 'at least 2 images',
      received: String(count),
    });
  }
  const order = inNaturalOrder(split.ids);
  const heldOut = Math.min(Math.max(Math.round(count * fraction), 1), count - 1);
  const blocks = Math.min(Math.max(Math.floor(heldOut / BLOCK_IMAGES), 1), MOST_BLOCKS);
  const reward = new Set<number>();
  for (let block = 0; block < blocks; block++) {
    const start = Math.floor((count * block) / blocks);
    const end = Math.floor((count * (block + 1)) / blocks);
    // In step with the stretches, so that a run is never longer than its stretch.
    const length = Math.floor((end * heldOut) / count) - Math.floor((start * heldOut) / count);
    const first = random.integer(start, end - length);
    for (const index of order.slice(first, first + length)) reward.add(index);
  }
  keepTogether(reward, groupsTogether(split.groups, twins, count), heldOut, count);
  const all = split.ids.map((_, index) => index);
  return { train: all.filter((index) => !reward.has(index)), reward: all.filter((index) => reward.has(index)) };
}

/** Moves twins to one side. @param reward the indices that are held out; changed. @param wanted how many are to be. */
function keepTogether(reward: Set<number>, twins: readonly (readonly number[])[], wanted: number, count: number): void {
  if (twins.some((group) => group.length === count)) return;
  const divided = twins.filter((group) => group.some((i) => reward.has(i)) && !group.every((i) => reward.has(i)));
  for (const group of divided) for (const index of group) reward.delete(index);
  for (const group of divided) {
    // What comes nearer to the number that is wanted, and leaves something to train on.
    const fits = reward.size + group.length / 2 <= wanted && reward.size + group.length < count;
    if (fits) for (const index of group) reward.add(index);
  }
  if (reward.size > 0 || divided.length === 0) return;
  // Only groups larger than what is wanted were held out: the smallest of them, so that something is.
  const [smallest = []] = divided.toSorted((a, b) => a.length - b.length);
  for (const index of smallest) reward.add(index);
}
