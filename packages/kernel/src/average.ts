import { z } from 'zod';
import type { MeasureAlgebra, PerClass, ScoreAlgebra } from './metric.ts';

/**
 * What a metric is the mean of (Wang et al., NeurIPS 2023, *Revisiting Evaluation Metrics for Semantic Segmentation*):
 * - `dataset`: classes, each over the pixels of all images together (mIoU^D);
 * - `image`: images, each the mean over its classes (mIoU^I): large objects weigh less;
 * - `class-and-image`: classes, each the mean over the images that have it (mIoU^C): rare classes do not weigh less.
 *
 * A metric that is no mean over the data set carries its average in its name: `miou-image`, `miou-class-and-image`.
 *
 * By image, a class counts where the image's label has it: where it is only predicted, the classes that it was mistaken for
 * fall, as in the published code.
 */
export type Average = 'dataset' | 'image' | 'class-and-image';

/** The option of metrics that are means. */
export interface AverageOptions {
  readonly average: Average;
}

/** As a field of an options schema. */
export const averageField: z.ZodType<Average> = z
  .enum(['dataset', 'image', 'class-and-image'])
  .default('dataset')
  .describe(
    'What the metric is the mean of: classes over the whole data set; images, each over its classes; or classes, each over its images.',
  );

/** The options of a metric that has no others. */
export const averageOptions: z.ZodType<AverageOptions> = z.strictObject({ average: averageField });

/** Takes every sum for each image. */
export function sumsOfImages(algebra: MeasureAlgebra): MeasureAlgebra {
  return { ...algebra, sum: (mask, region) => algebra.sum(mask, region, 'image') };
}

/**
 * Arithmetic on sums of each image, with means as `average` says.
 * @param labelled how many pixels of each class each image's label has.
 */
export function meansOfImages(
  algebra: ScoreAlgebra,
  average: Exclude<Average, 'dataset'>,
  labelled: PerClass,
): ScoreAlgebra {
  const collapse = (value: PerClass): PerClass => (average === 'image' ? value : algebra.meanOverImages(value));
  const counted = (value: PerClass): PerClass => collapse(algebra.present(labelled, value));
  return {
    ...algebra,
    mean: (value) => algebra.mean(counted(value)),
    weightedMean: (value, weight) => algebra.weightedMean(counted(value), collapse(weight)),
  };
}
