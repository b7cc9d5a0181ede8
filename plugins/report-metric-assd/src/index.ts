import type { Plugin } from '@auto-seg-loss/kernel';
import { type SurfaceOptions, surfaceMetric } from '@auto-seg-loss/shapes';

/**
 * Average symmetric surface distance: the mean of the distances of all pixels of both surfaces, each to the other surface (Heimann
 * et al., *Comparison and Evaluation of Methods for Liver Segmentation From CT Datasets*, IEEE TMI 2009). Lower is better.
 */
export const plugin: Plugin<'report-metric', SurfaceOptions> = surfaceMetric({
  name: 'assd',
  summary: 'Average symmetric surface distance between outlines, averaged over images and classes; lower is better',
  of: ({ fromPrediction, fromLabel }) =>
    (sum(fromPrediction) + sum(fromLabel)) / (fromPrediction.length + fromLabel.length),
});

function sum(values: Float64Array): number {
  return values.reduce((total, value) => total + value, 0);
}
