import { z } from 'zod';
import type { MeasureAlgebra, MeasureInputs, Metric, PerClass, Score, ScoreAlgebra } from './metric.ts';
import { definePlugin, type Plugin } from './plugin.ts';

/** A metric as its author writes it. */
export interface MetricDefinition<Sums extends string, Options> {
  readonly name: string;
  readonly summary: string;
  readonly options: z.ZodType<Options>;
  measure(algebra: MeasureAlgebra, inputs: MeasureInputs, options: Options): Readonly<Record<Sums, PerClass>>;
  score(algebra: ScoreAlgebra, sums: Readonly<Record<Sums, PerClass>>, options: Options): Score;
}

/** The options of a metric that has none. */
export const noOptions: z.ZodType<Record<string, never>> = z.strictObject({});

/** Makes a metric plugin of a formula. The evaluator, the searchable loss and the shape of θ follow from it. */
export function defineMetric<Sums extends string, Options>(
  definition: MetricDefinition<Sums, Options>,
): Plugin<'metric', Options> {
  return definePlugin({
    kind: 'metric',
    name: definition.name,
    summary: definition.summary,
    options: definition.options,
    create: (options): Metric => ({
      name: definition.name,
      measure: (algebra, inputs) => definition.measure(algebra, inputs, options),
      // `measure` of the same definition made these sums, so they have its names.
      score: (algebra, sums) => definition.score(algebra, sums as Readonly<Record<Sums, PerClass>>, options),
    }),
  });
}
