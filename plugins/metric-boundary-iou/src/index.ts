import {
  type AverageOptions,
  averageField,
  backgroundField,
  type Distance,
  defineMetric,
  type ErodeOptions,
  type Plugin,
} from '@auto-seg-loss/kernel';
import { z } from 'zod';

export interface BoundaryIouOptions extends AverageOptions {
  /** How deep the band inside an outline is. */
  readonly distance: Distance;
  /** Whether class 0 is a class like the others. */
  readonly background: boolean;
}

const options: z.ZodType<BoundaryIouOptions> = z.strictObject({
  distance: z
    .union([
      z.int().min(1).max(4096),
      z.strictObject({ diagonal: z.number().gt(0).max(1).describe("Share of the image's diagonal.") }),
    ])
    .default({ diagonal: 0.02 })
    .describe("How deep the band inside an outline is: pixels, or { diagonal: share of the image's diagonal }."),
  background: backgroundField,
  average: averageField,
});

/**
 * Intersection over union of the bands inside the outlines of prediction and label (Cheng et al., CVPR 2021). A band holds
 * the pixels of a mask that are at most `distance` from its outside; what an image's border cuts off is outline too, as in
 * the published code. Valid pixels count. The prediction goes on below ignored ones, so that it has no band along them.
 */
export const plugin: Plugin<'metric', BoundaryIouOptions> = defineMetric({
  name: 'boundary-iou',
  summary: 'Intersection over union of the bands inside the outlines (Boundary IoU)',
  options,
  average: ({ average }) => average,
  claims: ({ background }) => ({
    renaming: background ? 'all' : 'foreground',
    leavesOutIgnored: false,
    leads: 'label',
    symmetric: true,
  }),
  measure: ({ and, or, minus, erode, sum }, { prediction, label }, { distance }) => {
    const depth: ErodeOptions = { radius: distance, outside: 0 };
    const drawn = minus(prediction, erode(prediction, depth));
    const truth = minus(label, erode(label, depth));
    return {
      intersection: sum(and('intersection', drawn, truth)),
      union: sum(or('union', drawn, truth)),
    };
  },
  score: ({ mean, ratio, withoutBackground }, { intersection, union }, { background }) => {
    const iou = ratio(intersection, union);
    return mean(background ? iou : withoutBackground(iou));
  },
});
