import { definePlugin, type Plugin, type ReportMetric, sumOfImages } from '@auto-seg-loss/kernel';
import { z } from 'zod';

interface EceOptions {
  readonly bins: number;
}

const eceOptions: z.ZodType<EceOptions> = z.strictObject({
  bins: z.int().min(1).max(1000).default(15).describe('Bins of equal width that confidences are put into.'),
});

/** Numbers of a bin: pixels, the sum of what they were sure of, and how many are what they were called. */
const FIELDS = 3;

/**
 * Expected calibration error: pixels are put into bins by the probability of their most likely class; of each bin the difference
 * between that probability's mean and the share of pixels that are right, weighted by the bin's share of pixels (Guo et al., *On
 * Calibration of Modern Neural Networks*, ICML 2017). In [0, 1], lower is better. A class's own value takes all pixels by the
 * probability of that class, and which of them are labelled as it (Kull et al., *Beyond temperature scaling*, NeurIPS 2019). What is
 * predicted plays no part: the most likely class is that of the probabilities, of equal ones the lowest.
 */
export const plugin: Plugin<'report-metric', EceOptions> = definePlugin({
  kind: 'report-metric',
  name: 'ece',
  summary: 'Expected calibration error of probabilities; lower is better',
  options: eceOptions,
  create: ({ bins }): ReportMetric => ({
    name: 'ece',
    better: 'lower',
    unit: 'share',
    pixelwise: true,
    needsProbabilities: true,
    measure: ({ label, classes, probabilities }) => {
      // Of each class, then of the most likely one.
      const counts = new Float64Array((classes + 1) * bins * FIELDS);
      if (probabilities === undefined) throw new TypeError('there are no probabilities');
      const add = (group: number, sure: number, isRight: boolean): void => {
        // Bins are closed above, as published; 0 is in the first.
        const bin = Math.min(bins - 1, Math.max(0, Math.ceil(sure * bins) - 1));
        const at = (group * bins + bin) * FIELDS;
        counts[at] = (counts[at] as number) + 1;
        counts[at + 1] = (counts[at + 1] as number) + sure;
        if (isRight) counts[at + 2] = (counts[at + 2] as number) + 1;
      };
      for (let at = 0; at < label.length; at++) {
        const is = label[at] as number;
        if (is < 0 || is >= classes) continue;
        let [best, sure] = [0, -1];
        for (let c = 0; c < classes; c++) {
          const probability = probabilities[c * label.length + at] as number;
          add(c, probability, is === c);
          if (probability > sure) [best, sure] = [c, probability];
        }
        add(classes, sure, is === best);
      }
      return counts;
    },
    score: (images, classes) => {
      const counts = sumOfImages(images);
      const error = (group: number): number | null => {
        let [pixels, off] = [0, 0];
        for (let bin = 0; bin < bins; bin++) {
          const [seen, sure, right] = counts.subarray((group * bins + bin) * FIELDS) as unknown as [
            number,
            number,
            number,
          ];
          pixels += seen;
          off += Math.abs(sure - right);
        }
        return pixels === 0 ? null : Math.min(1, off / pixels);
      };
      return { value: error(classes), perClass: Array.from({ length: classes }, (_, c) => error(c)) };
    },
  }),
});
