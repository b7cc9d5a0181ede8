import { z } from 'zod';
import { type Average, meansOfImages, sumsOfImages } from './average.ts';
import type { MeasureAlgebra, MeasureInputs, Metric, PerClass, Score, ScoreAlgebra } from './metric.ts';
import { defaultClaims, type MetricClaims } from './metric-claims.ts';
import { definePlugin, type Plugin } from './plugin.ts';

/** A metric as its author writes it: for the whole data set. */
export interface MetricDefinition<Sums extends string, Options> {
  readonly name: string;
  readonly summary: string;
  readonly options: z.ZodType<Options>;
  /** The option that says what means are taken of (`averageField`); without one, of classes over the whole data set. */
  average?(options: Options): Average;
  /** What differs from `defaultClaims`. */
  claims?(options: Options): Partial<MetricClaims>;
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
    create: (options): Metric => {
      const average = definition.average?.(options) ?? 'dataset';
      return average === 'dataset' ? ofDataset(definition, options) : ofImages(definition, options, average);
    },
  });
}

function ofDataset<Sums extends string, Options>(
  definition: MetricDefinition<Sums, Options>,
  options: Options,
): Metric {
  return {
    name: definition.name,
    claims: { ...defaultClaims, ...definition.claims?.(options) },
    measure: (algebra, inputs) => definition.measure(algebra, inputs, options),
    // `measure` of the same definition made these sums, so they have its names.
    score: (algebra, sums) => definition.score(algebra, sums as Readonly<Record<Sums, PerClass>>, options),
  };
}

/** No author's name has a space. */
const LABELLED = 'labelled pixels';

function ofImages<Sums extends string, Options>(
  definition: MetricDefinition<Sums, Options>,
  options: Options,
  average: Exclude<Average, 'dataset'>,
): Metric {
  const formula = ofDataset(definition, options);
  return {
    ...formula,
    // Tables show it beside the mean over the data set.
    name: `${formula.name}-${average}`,
    measure: (algebra, inputs) => ({
      ...formula.measure(sumsOfImages(algebra), inputs),
      [LABELLED]: algebra.sum(inputs.label, inputs.valid, 'image'),
    }),
    score: (algebra, { [LABELLED]: labelled, ...sums }) =>
      formula.score(meansOfImages(algebra, average, labelled as PerClass), sums),
  };
}
