import { ExactEvaluator } from '@auto-seg-loss/formula';
import { albums } from '@auto-seg-loss/testing';
import { test } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import { addedSums, plainSums } from '../../testing/src/metric/plain-measure.ts';
import { trialMetrics } from './formulas.ts';

// Formulas of every form, as counted on packed masks and read in plain loops.
describe('the evaluator counts what the formula says', () => {
  for (const metric of trialMetrics) {
    test.prop([albums({ sides: [1, 14] })], { numRuns: 40 })(metric.name, ({ classes, pictures }) => {
      const evaluator = new ExactEvaluator([metric], classes);
      for (const { prediction, label, height, width } of pictures) evaluator.add(prediction, label, height, width);
      const plain = addedSums(pictures.map((picture) => plainSums(metric, picture, classes)));
      expect(evaluator.sums()[metric.name]).toEqual(plain);
    });
  }
});
