import { type BoundaryOptions, boundaryOptions, defineMetric, type Plugin } from '@auto-seg-loss/kernel';

/**
 * Intersection over union inside the trimap of the label: the valid pixels at most `tolerance` from the outline of any class
 * (Kohli et al., IJCV 2009; as in Auto Seg-Loss). Without background, the outline of class 0 is not drawn, but class 0 is
 * still averaged, as published. The Boundary IoU of Cheng et al. (CVPR 2021) is another metric.
 */
export const plugin: Plugin<'metric', BoundaryOptions> = defineMetric({
  name: 'biou',
  summary: 'Intersection over union near the outlines of the label (trimap IoU)',
  options: boundaryOptions,
  average: ({ average }) => average,
  claims: ({ tolerance, background }) => ({
    renaming: background ? 'all' : 'foreground',
    monotone: true,
    reach: tolerance,
  }),
  measure: (
    { and, or, edge, dilate, anyClass, within, sum },
    { prediction, label, valid },
    { tolerance, background },
  ) => {
    const trimap = anyClass(dilate(edge(label), tolerance), { withoutBackground: !background });
    const counted = within(valid, trimap);
    return {
      intersection: sum(and('intersection', prediction, label), counted),
      union: sum(or('union', prediction, label), counted),
    };
  },
  score: ({ mean, ratio }, { intersection, union }) => mean(ratio(intersection, union)),
});
