import type { Plugin } from '@auto-seg-loss/kernel';
import { percentile, type SurfaceOptions, surfaceMetric } from '@auto-seg-loss/shapes';

/** Hausdorff distance: the largest distance from a pixel of either surface to the other one. Lower is better. */
export const plugin: Plugin<'report-metric', SurfaceOptions> = surfaceMetric({
  name: 'hd',
  summary: 'Hausdorff distance between outlines, averaged over images and classes; lower is better',
  of: ({ fromPrediction, fromLabel }) => Math.max(percentile(fromPrediction, 100), percentile(fromLabel, 100)),
});
