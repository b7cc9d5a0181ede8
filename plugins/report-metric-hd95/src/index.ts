import type { Plugin } from '@auto-seg-loss/kernel';
import { percentile, type SurfaceOptions, surfaceMetric } from '@auto-seg-loss/shapes';

/**
 * The larger of two 95th percentiles: of the distances from the prediction's surface to the label's, and of those the other way; as
 * MONAI and surface-distance take it (surface-distance weighs pixels by the length of their outline). MedPy takes one percentile
 * of both together, which is smaller where one way has most of the pixels. Lower is better.
 */
export const plugin: Plugin<'report-metric', SurfaceOptions> = surfaceMetric({
  name: 'hd95',
  summary:
    '95th percentile of the Hausdorff distance between outlines, averaged over images and classes; lower is better',
  of: ({ fromPrediction, fromLabel }) => Math.max(percentile(fromPrediction, 95), percentile(fromLabel, 95)),
});
