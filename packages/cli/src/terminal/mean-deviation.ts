export interface MeanDeviation {
  readonly mean: number;
  /** Of the sample (n - 1); undefined for a single value. */
  readonly deviation: number | undefined;
}

/** Mean and standard deviation of what was measured with several seeds; undefined where nothing was. */
export function meanDeviation(values: readonly number[]): MeanDeviation | undefined {
  if (values.length === 0) return undefined;
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  if (values.length === 1) return { mean, deviation: undefined };
  const square = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1);
  return { mean, deviation: Math.sqrt(square) };
}

/** In percent, two digits: `58.31 ± 0.42`. */
export function formatMeanDeviation({ mean, deviation }: MeanDeviation): string {
  const percent = (value: number) => (100 * value).toFixed(2);
  return deviation === undefined ? percent(mean) : `${percent(mean)} ± ${percent(deviation)}`;
}
