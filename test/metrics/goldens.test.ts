import { readFileSync } from 'node:fs';
import { ExactEvaluator } from '@auto-seg-loss/formula';
import type { Metric } from '@auto-seg-loss/kernel';
import { describe, expect, test } from 'vitest';
import { shippedPlugins } from '../../packages/shipped/src/shipped-plugins.ts';

// Values as MONAI, scikit-learn and NumPy compute them, by golden/make-goldens.py.

interface Case {
  readonly title: string;
  readonly classes: number;
  /** Rows of digits. */
  readonly label: readonly string[];
  readonly prediction: readonly string[];
  readonly values: readonly {
    readonly metric: string;
    readonly options: Readonly<Record<string, unknown>>;
    readonly value: number | null;
  }[];
}

const cases = JSON.parse(readFileSync(new URL('golden/values.json', import.meta.url), 'utf8')) as readonly Case[];
const pixels = (rows: readonly string[]): Uint8Array => Uint8Array.from(rows.join(''), Number);

async function metricOf(name: string, options: unknown): Promise<Metric> {
  const plugin = shippedPlugins.find((each) => each.kind === 'metric' && each.name === name);
  return (await plugin?.create(plugin.options.parse(options), { baseDir: '.', cacheDir: '.' })) as Metric;
}

describe.each(cases)('$title', ({ classes, label, prediction, values }) => {
  test.each(values)('$metric $options is $value', async ({ metric, options, value }) => {
    const evaluator = new ExactEvaluator([await metricOf(metric, options)], classes);
    evaluator.add(pixels(prediction), pixels(label), label.length, (label[0] ?? '').length);
    const found = evaluator.result()[metric]?.value ?? null;
    expect(found === null).toBe(value === null);
    // MONAI computes in float32.
    expect(Math.abs((found ?? 0) - (value ?? 0))).toBeLessThan(1e-6);
  });
});
