import { type BoundaryOptions, boundaryOptions, defineMetric, type Plugin } from '@auto-seg-loss/kernel';

/**
 * F1 of the outlines: the share of drawn outline that is near a true one, and of true outline that is near a drawn one
 * (Csurka et al., BMVC 2013; as in Auto Seg-Loss: sums over the data set, all pixels). The prediction is not masked at
 * ignored pixels: that would draw outlines along every ignored region and count them as found.
 */
export const plugin: Plugin<'metric', BoundaryOptions> = defineMetric({
  name: 'bf1',
  summary: 'F1 score of the outlines of each class',
  options: boundaryOptions,
  average: ({ average }) => average,
  claims: ({ tolerance, background }) => ({
    renaming: background ? 'all' : 'foreground',
    leavesOutIgnored: false,
    leads: 'none',
    symmetric: true,
    tolerance,
  }),
  measure: ({ and, or, minus, times, erode, edge, dilate, sum }, { prediction, label, everywhere }, { tolerance }) => {
    // The curves' published order: AND before OR, the mask before its erosion.
    const inside = and('inside', prediction, erode(prediction));
    const outline = minus(or('outside', prediction, erode(prediction)), inside);
    const truth = edge(label);
    return {
      hits: sum(times(outline, dilate(truth, tolerance)), everywhere),
      drawn: sum(outline, everywhere),
      found: sum(times(dilate(outline, tolerance), truth), everywhere),
      true: sum(truth, everywhere),
    };
  },
  score: ({ mean, present, ratio, harmonic, withoutBackground }, sums, { background }) => {
    const f1 = present(sums.true, harmonic(ratio(sums.hits, sums.drawn), ratio(sums.found, sums.true)));
    return mean(background ? f1 : withoutBackground(f1));
  },
});
