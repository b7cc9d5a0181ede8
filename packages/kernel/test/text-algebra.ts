import type {
  Mask,
  MeasureAlgebra,
  MeasureInputs,
  Metric,
  PerClass,
  Region,
  Score,
  ScoreAlgebra,
} from '@auto-seg-loss/kernel';

// An interpreter that writes a formula down: what metrics hand to the algebra can be read as text.

const write = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));
/** name(argument, …), without the arguments that are not given. */
const call = (name: string, ...args: readonly unknown[]): string =>
  `${name}(${args
    .filter((arg) => arg !== undefined)
    .map(write)
    .join(', ')})`;

const mask = (text: string): Mask => text as unknown as Mask;
const region = (text: string): Region => text as unknown as Region;
const perClass = (text: string): PerClass => text as unknown as PerClass;
const score = (text: string): Score => text as unknown as Score;

const measureAlgebra: MeasureAlgebra = {
  and: (name, a, b) => mask(call(`and[${name}]`, a, b)),
  or: (name, a, b) => mask(call(`or[${name}]`, a, b)),
  minus: (a, b) => mask(call('minus', a, b)),
  times: (a, b) => mask(call('times', a, b)),
  erode: (a, options) => mask(call('erode', a, options)),
  dilate: (a, tolerance) => mask(call('dilate', a, tolerance)),
  edge: (a) => mask(call('edge', a)),
  anyClass: (a, options) => region(call('anyClass', a, options)),
  within: (a, b) => region(call('within', a, b)),
  sum: (a, where, of) => perClass(call('sum', a, where, of)),
};

const scoreAlgebra: ScoreAlgebra = {
  ratio: (a, b) => perClass(call('ratio', a, b)),
  plus: (a, b) => perClass(call('plus', a, b)),
  minus: (a, b) => perClass(call('minus', a, b)),
  scale: (factor, a) => perClass(call('scale', factor, a)),
  scaleClasses: (factors, a) => perClass(call('scaleClasses', factors, a)),
  clamp: (value, low, high) => perClass(call('clamp', value, low, high)),
  harmonic: (a, b) => perClass(call('harmonic', a, b)),
  present: (condition, value) => perClass(call('present', condition, value)),
  withoutBackground: (value) => perClass(call('withoutBackground', value)),
  meanOverImages: (value) => perClass(call('meanOverImages', value)),
  mean: (value) => score(call('mean', value)),
  weightedMean: (value, weight) => score(call('weightedMean', value, weight)),
  combine: (parts) => score(call('combine', ...parts.map((part) => `${part.weight}·${part.score as unknown}`))),
};

const inputs: MeasureInputs = {
  prediction: mask('prediction'),
  label: mask('label'),
  valid: region('valid'),
  everywhere: region('everywhere'),
};

/** The sums of a metric's formula, by name. */
export function sumsOf(metric: Metric): Record<string, string> {
  return metric.measure(measureAlgebra, inputs) as unknown as Record<string, string>;
}

/** What the metric makes of sums; by default of the sums' own names. */
export function scoreOf(metric: Metric): string {
  const sums = Object.fromEntries(Object.keys(sumsOf(metric)).map((name) => [name, perClass(name)]));
  return metric.score(scoreAlgebra, sums) as unknown as string;
}
