import { AslError } from '@auto-seg-loss/kernel';
import type { Size } from './resize-sample.ts';

/** Images that are smaller than the crop along an axis, so that padding is part of what is trained on. */
export interface SmallImages {
  readonly images: number;
  readonly of: number;
  /** Of those the one with the fewest pixels. */
  readonly smallest: Size;
}

/** Where no image fills more of a crop, most of every batch would be padding. */
const LEAST_FILLED = 0.25;

/**
 * Looks whether crops fit images, at the images' own size. Smaller ones are padded, which is sound: 512 × 512 crops of PASCAL VOC
 * have some padding nearly always.
 * @param sizes each with how many images have it. @param where the options that say the crop's size: `training`.
 * @returns the images that are smaller; undefined where none is.
 * @throws AslError ASL_CONFIG_INVALID where no image would fill a quarter of the crop.
 */
export function cropFit(
  sizes: readonly { readonly height: number; readonly width: number; readonly images: number }[],
  [height, width]: Size,
  where: string,
): SmallImages | undefined {
  const filled = (image: { height: number; width: number }): number =>
    (Math.min(image.height, height) * Math.min(image.width, width)) / (height * width);
  const [largest] = sizes.toSorted((a, b) => filled(b) - filled(a));
  if (largest !== undefined && filled(largest) < LEAST_FILLED) {
    throw new AslError('ASL_CONFIG_INVALID', 'crops are far larger than every image: most of each would be padding', {
      where: `${where}.size`,
      expected: `crops of which some image fills a quarter at its own size; the one that fills most is ${sizeText(largest)}`,
      received: `${sizeText({ height, width })} pixels (height × width)`,
      remedy: `choose a smaller ${where}.size, or resize whole images to it (${where}.images: fitted)`,
    });
  }
  const small = sizes.filter((size) => size.height < height || size.width < width);
  const [smallest] = small.toSorted((a, b) => a.height * a.width - b.height * b.width);
  if (smallest === undefined) return undefined;
  const count = (list: typeof sizes): number => list.reduce((sum, { images }) => sum + images, 0);
  return { images: count(small), of: count(sizes), smallest: [smallest.height, smallest.width] };
}

function sizeText({ height, width }: { readonly height: number; readonly width: number }): string {
  return `${height} × ${width}`;
}
