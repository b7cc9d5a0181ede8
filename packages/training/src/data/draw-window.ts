import type { AugmentOptions, Random } from '@auto-seg-loss/kernel';
import { type Augmentation, drawAugmentation, drawPlace, type Framing } from './augmentation.ts';
import { isDominated } from './dominated.ts';
import type { TrainingSamples } from './training-samples.ts';
import type { Pixels } from './warp-sample.ts';

/** How often a window is drawn in all before it is taken as it is (mmsegmentation's RandomCrop). */
const MOST_DRAWS = 10;

/**
 * Draws how a sample is varied, and where its window lies: again, up to 10 times in all, where one class has too much of it.
 * @param random not advanced by the draws that are made again.
 */
export function drawWindow(
  sample: Pixels,
  { images, size }: Pick<TrainingSamples, 'images' | 'size'>,
  augment: AugmentOptions,
  random: Random,
): Augmentation {
  const framing: Framing = { image: [sample.height, sample.width], ...(images === 'crops' ? { crop: size } : {}) };
  let drawn = drawAugmentation(random, augment, framing);
  const { catMaxRatio } = augment;
  for (let draw = 1; catMaxRatio < 1 && draw < MOST_DRAWS; draw++) {
    if (!isDominated(sample, size, drawn, catMaxRatio)) break;
    drawn = { ...drawn, ...drawPlace(random.split(`draw/${draw}`), drawn.scale, framing) };
  }
  return drawn;
}
