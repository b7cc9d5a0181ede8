import type { TrainingOptions } from '@auto-seg-loss/kernel';
import { cropFit, type SmallImages } from '@auto-seg-loss/training';

type Sizes = Parameters<typeof cropFit>[0];

/** A sentence on images that are smaller than crops. */
export function paddedText({ images, of, smallest }: SmallImages, [height, width]: TrainingOptions['size']): string {
  const which = images === of ? `all ${of}` : `${images} of ${of}`;
  return `${which} training images are smaller than the crops of ${height} × ${width} pixels (the smallest is ${smallest.join(' × ')}): what is missing is padding, which does not count`;
}

/**
 * What is to be said of crops that a search trains on, once for each size.
 * @param sizes of the training images.
 * @throws AslError ASL_CONFIG_INVALID for crops that are far larger than every image.
 */
export function cropNotes(
  proxy: TrainingOptions & { readonly warmStart: TrainingOptions | null },
  sizes: Sizes,
): readonly string[] {
  const trainings = [
    { options: proxy, where: 'proxy' },
    ...(proxy.warmStart === null ? [] : [{ options: proxy.warmStart, where: 'proxy.warmStart' }]),
  ];
  const notes = trainings.flatMap(({ options, where }) => {
    const small = options.images === 'crops' ? cropFit(sizes, options.size, where) : undefined;
    return small === undefined ? [] : [paddedText(small, options.size)];
  });
  return [...new Set(notes)];
}
