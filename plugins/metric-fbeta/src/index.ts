import { type AverageOptions, averageField, backgroundField, defineMetric, type Plugin } from '@auto-seg-loss/kernel';
import { z } from 'zod';

export interface FbetaOptions extends AverageOptions {
  /** How many times as important recall is as precision. */
  readonly beta: number;
  /** Whether class 0 is a class like the others. */
  readonly background: boolean;
}

const options: z.ZodType<FbetaOptions> = z.strictObject({
  beta: z.number().gt(0).max(100).default(2).describe('How many times as important recall is as precision; 1 is Dice.'),
  background: backgroundField,
  average: averageField,
});

/**
 * F-beta of each class's pixels, (1 + β²)·|P ∩ Y| / (|P| + β²·|Y|), averaged over classes: with β above 1 misses cost more than
 * false alarms (van Rijsbergen, *Information Retrieval*, 1979).
 */
export const plugin: Plugin<'metric', FbetaOptions> = defineMetric({
  name: 'fbeta',
  summary: 'F-beta over pixels: precision and recall, recall beta times as important',
  options,
  average: ({ average }) => average,
  claims: ({ background, beta }) => ({
    renaming: background ? 'all' : 'foreground',
    monotone: true,
    symmetric: beta === 1,
  }),
  measure: ({ and, or, minus, sum }, { prediction, label }) => ({
    hits: sum(and('intersection', prediction, label)),
    falseAlarms: sum(minus(or('union', prediction, label), label)),
    labelled: sum(label),
  }),
  score: ({ mean, ratio, plus, scale, withoutBackground }, { hits, falseAlarms, labelled }, { beta, background }) => {
    const square = beta ** 2;
    const predicted = plus(hits, falseAlarms);
    const fbeta = ratio(scale(1 + square, hits), plus(predicted, scale(square, labelled)));
    return mean(background ? fbeta : withoutBackground(fbeta));
  },
});
