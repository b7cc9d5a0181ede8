import type { AugmentOptions, Random } from '@auto-seg-loss/kernel';
import type { Size } from './resize-sample.ts';

/** One way of varying a sample. */
export interface Augmentation {
  /** Size of the scaled image relative to the stored one. */
  readonly scale: number;
  /** Top left corner of the window in the scaled image, in its pixels; negative where the image is padded. */
  readonly top: number;
  readonly left: number;
  readonly flip: boolean;
  /** Factors on brightness, on the distance from mid-grey, and on the distance from the pixel's own grey. */
  readonly brightness: number;
  readonly contrast: number;
  readonly saturation: number;
}

/** Leaves a sample as it is. */
export const NO_AUGMENTATION: Augmentation = {
  scale: 1,
  top: 0,
  left: 0,
  flip: false,
  brightness: 1,
  contrast: 1,
  saturation: 1,
};

/** At full strength, brightness, contrast and saturation change by up to this much. */
const PHOTOMETRIC_RANGE = 0.4;

/**
 * Draws an augmentation. The scale is uniform in its range; a window of the training size then lies anywhere in the scaled
 * image, or the scaled image anywhere in the window, if that is larger. The same draws are made whatever the options.
 */
export function drawAugmentation(random: Random, options: AugmentOptions, [height, width]: Size): Augmentation {
  const [min, max] = options.scale;
  const scale = min + (max - min) * random.uniform();
  const top = (scale - 1) * height * random.uniform();
  const left = (scale - 1) * width * random.uniform();
  const flip = random.uniform() < 0.5 && options.flip;
  const factor = (): number => 1 + options.photometric * PHOTOMETRIC_RANGE * (2 * random.uniform() - 1);
  return { scale, top, left, flip, brightness: factor(), contrast: factor(), saturation: factor() };
}
