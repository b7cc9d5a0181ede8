import type { CompareResult, Winner } from '@auto-seg-loss/runtime';

/**
 * A comparison as a Markdown table: mean ± standard deviation in percent, the best of each column bold, the losses by the
 * first metric.
 * @param names what to call losses; by default as they are.
 */
export function comparisonMarkdown(
  { losses, metrics }: Pick<CompareResult, 'losses' | 'metrics'>,
  names: Readonly<Record<string, string>> = {},
): string {
  const [first = ''] = metrics;
  const meanOf = (index: number, metric: string): number => losses[index]?.metrics[metric]?.mean ?? -1;
  const order = losses.map((_, index) => index).toSorted((a, b) => meanOf(b, first) - meanOf(a, first));
  const rows = order.map((index) => {
    const { loss, learningRate, metrics: summaries } = losses[index] as (typeof losses)[number];
    const cells = metrics.map((metric) => {
      const { mean = null, deviation = null } = summaries[metric] ?? {};
      if (mean === null) return 'failed';
      const text = `${(100 * mean).toFixed(2)}${deviation === null ? '' : ` ± ${(100 * deviation).toFixed(2)}`}`;
      return losses.every((_, other) => meanOf(other, metric) <= mean) ? `**${text}**` : text;
    });
    return [names[loss] ?? loss, String(learningRate), ...cells];
  });
  return [['loss', 'rate', ...metrics], ['---', '---:', ...metrics.map(() => '---:')], ...rows]
    .map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n');
}

/** What a search found is worth, and its 95 % interval, in percent. */
export function worth({ rewards, interval }: Winner): { readonly mean: string; readonly interval: string } {
  const mean = rewards.reduce((sum, reward) => sum + reward, 0) / rewards.length;
  const [low, high] = interval ?? [Number.NaN, Number.NaN];
  const [middle, ...ends] = [mean, low, high].map((value) => (100 * value).toFixed(2));
  return { mean: middle as string, interval: ends.join(' to ') };
}

/** One loss against the best of the others, paired by seed: `wins: 1.20 ± 0.31 of miou beside dice, …`. */
export function lead({ losses, metrics }: Pick<CompareResult, 'losses' | 'metrics'>, found: string): string {
  const [metric = ''] = metrics;
  const own = losses.find(({ loss }) => loss === found)?.metrics[metric];
  const others = losses.filter(({ loss }) => loss !== found);
  const best = others.toSorted((a, b) => (b.metrics[metric]?.mean ?? -1) - (a.metrics[metric]?.mean ?? -1))[0];
  if (own === undefined || best === undefined) return 'there is nothing to compare with';
  const theirs = best.metrics[metric]?.values ?? [];
  const differences = own.values.flatMap((value, index) => {
    const other = theirs[index] ?? null;
    return value === null || other === null ? [] : [100 * (value - other)];
  });
  const mean = differences.reduce((sum, one) => sum + one, 0) / differences.length;
  const squares = differences.reduce((sum, one) => sum + (one - mean) ** 2, 0);
  const error = Math.sqrt(squares / (differences.length - 1) / differences.length);
  const verdict = mean > error ? 'wins' : mean < -error ? 'loses' : 'is level';
  return `${verdict}: ${mean.toFixed(2)} ± ${error.toFixed(2)} of ${metric} beside ${best.loss}, the best of the others (mean ± standard error of ${differences.length} paired seeds)`;
}
