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

/** An image, and the windows that are taken out of it. */
export interface Framing {
  readonly image: Size;
  /** Of the windows; undefined for that of the image, which was fitted to it. */
  readonly crop?: Size;
}

/**
 * Draws an augmentation. The scale is uniform in its range; a window then lies anywhere in the scaled image, or the scaled image
 * anywhere in the window, along an axis where that is larger. Crops lie at whole pixels of it, so that one at scale 1 shows the
 * pixels as they are. The same draws are made whatever the options.
 */
export function drawAugmentation(random: Random, options: AugmentOptions, framing: Framing): Augmentation {
  const [min, max] = options.scale;
  const scale = min + (max - min) * random.uniform();
  const { top, left } = drawPlace(random, scale, framing);
  const flip = random.uniform() < 0.5 && options.flip;
  const factor = (): number => 1 + options.photometric * PHOTOMETRIC_RANGE * (2 * random.uniform() - 1);
  return { scale, top, left, flip, brightness: factor(), contrast: factor(), saturation: factor() };
}

/** Draws where a window lies in the scaled image. */
export function drawPlace(random: Random, scale: number, { image, crop }: Framing): Pick<Augmentation, 'top' | 'left'> {
  const along = (axis: 0 | 1): number => {
    const share = random.uniform();
    if (crop === undefined) return (scale - 1) * image[axis] * share;
    const room = Math.floor(scale * image[axis]) - crop[axis];
    const offset = Math.floor((Math.abs(room) + 1) * share);
    return room < 0 ? 0 - offset : offset;
  };
  return { top: along(0), left: along(1) };
}
