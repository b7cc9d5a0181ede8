import {
  backgroundField,
  definePlugin,
  meanOfClasses,
  type Plugin,
  type ReportedImage,
  type ReportMetric,
} from '@auto-seg-loss/kernel';
import { z } from 'zod';
import { classMasks } from './class-mask.ts';
import type { Spacing } from './distance-transform.ts';
import { type SurfaceDistances, surfaceDistances } from './surface-distances.ts';

export interface SurfaceOptions {
  readonly background: boolean;
  readonly spacing: Spacing;
  readonly missing: 'diagonal' | 'absent';
}

const side = z.number().gt(0).max(1e6);
const surfaceOptions: z.ZodType<SurfaceOptions> = z.strictObject({
  background: backgroundField,
  spacing: z
    .tuple([side, side])
    .default([1, 1])
    .describe("Lengths of a pixel's sides, from row to row and from column to column: distances are in their unit."),
  missing: z
    .enum(['diagonal', 'absent'])
    .default('diagonal')
    .describe(
      "A class that an image's label or prediction has and the other has not: as far off as the image's diagonal is long, or left out.",
    ),
});

/**
 * A metric of the distances between the surfaces of prediction and label: of each class of each image, then the mean over the images
 * that have the class, then over classes. Classes that are in neither are absent.
 * @param definition.of what is made of the distances, all of them finite.
 */
export function surfaceMetric(definition: {
  readonly name: string;
  readonly summary: string;
  of(distances: SurfaceDistances): number;
}): Plugin<'report-metric', SurfaceOptions> {
  const { name, summary, of } = definition;
  return definePlugin({
    kind: 'report-metric',
    name,
    summary,
    options: surfaceOptions,
    create: ({ background, spacing, missing }): ReportMetric => ({
      name,
      better: 'lower',
      unit: 'length',
      searchable: 'nsd',
      measure: (image) => {
        const far = missing === 'diagonal' ? diagonal(image, spacing) : Number.NaN;
        return Float64Array.from({ length: image.classes }, (_, c) => {
          const masks = classMasks(image, c);
          const [isPredicted, isLabelled] = [masks.prediction.includes(1), masks.label.includes(1)];
          if (!isPredicted && !isLabelled) return Number.NaN;
          if (!isPredicted || !isLabelled) return far;
          return of(surfaceDistances(masks, image.height, image.width, spacing));
        });
      },
      score: (images, classes) => meanOfClasses(images, classes, background),
    }),
  });
}

/** Between the centres of two opposite corners: no two pixels are farther from each other. */
function diagonal({ height, width }: ReportedImage, [row, column]: Spacing): number {
  return Math.hypot(row * (height - 1), column * (width - 1));
}
