import { backgroundField, definePlugin, meanOfClasses, type Plugin, type ReportMetric } from '@auto-seg-loss/kernel';
import { bettiNumbers, type Connectivity, classMasks } from '@auto-seg-loss/shapes';
import { z } from 'zod';

interface BettiOptions {
  readonly background: boolean;
  readonly connectivity: Connectivity;
}

const bettiOptions: z.ZodType<BettiOptions> = z.strictObject({
  background: backgroundField,
  connectivity: z
    .union([z.literal(4), z.literal(8)])
    .default(8)
    .describe(
      'Pixels of a mask that touch: at 4 sides, or at 8 with the corners; what is outside of it takes the other.',
    ),
});

/**
 * How far a prediction is from the label's topology: |β0(P) − β0(Y)| + |β1(P) − β1(Y)|, components and holes too many or too few, of
 * each class of each whole image; then the mean over the images that have the class, then over classes. Lower is better. After Hu
 * et al., *Topology-Preserving Deep Image Segmentation*, NeurIPS 2019, who take the mean of random patches, and holes alone.
 */
export const plugin: Plugin<'report-metric', BettiOptions> = definePlugin({
  kind: 'report-metric',
  name: 'betti-error',
  summary: 'Components and holes too many or too few, averaged over images and classes; lower is better',
  options: bettiOptions,
  create: ({ background, connectivity }): ReportMetric => ({
    name: 'betti-error',
    better: 'lower',
    unit: 'count',
    measure: (image) =>
      Float64Array.from({ length: image.classes }, (_, c) => {
        const { prediction, label } = classMasks(image, c);
        if (!prediction.includes(1) && !label.includes(1)) return Number.NaN;
        const [found, wanted] = [prediction, label].map((mask) =>
          bettiNumbers(mask, image.height, image.width, connectivity),
        ) as [ReturnType<typeof bettiNumbers>, ReturnType<typeof bettiNumbers>];
        return Math.abs(found.components - wanted.components) + Math.abs(found.holes - wanted.holes);
      }),
    score: (images, classes) => meanOfClasses(images, classes, background),
  }),
});
