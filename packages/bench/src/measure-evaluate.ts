import { readFileSync } from 'node:fs';
import { ExactEvaluator } from '@auto-seg-loss/formula';
import type { Metric, Plugin } from '@auto-seg-loss/kernel';
import type { EvaluateMeasurement, EvaluateSettings } from './evaluate-settings.ts';

const plugins: Readonly<Record<string, () => Promise<{ readonly plugin: unknown }>>> = {
  miou: () => import('@auto-seg-loss/metric-miou'),
  fwiou: () => import('@auto-seg-loss/metric-fwiou'),
  macc: () => import('@auto-seg-loss/metric-macc'),
  gacc: () => import('@auto-seg-loss/metric-gacc'),
  biou: () => import('@auto-seg-loss/metric-biou'),
  bf1: () => import('@auto-seg-loss/metric-bf1'),
};

async function makeMetric(name: string, tolerance: number): Promise<Metric> {
  const loaded = await plugins[name]?.();
  if (loaded === undefined) throw new Error(`no metric "${name}"`);
  const plugin = loaded.plugin as Plugin<'metric', unknown>;
  const options = plugin.options.parse(['biou', 'bf1'].includes(name) ? { tolerance } : {});
  return plugin.create(options, { baseDir: process.cwd(), cacheDir: process.cwd() });
}

/** Measures the evaluator on one image, read before. */
async function measureEvaluate(settings: EvaluateSettings): Promise<EvaluateMeasurement> {
  const { height, width, classes, tolerance, samples } = settings;
  const metrics = await Promise.all(settings.metrics.map((name) => makeMetric(name, tolerance)));
  const prediction = new Uint8Array(readFileSync(settings.prediction));
  const label = new Uint8Array(readFileSync(settings.label));
  const milliseconds: number[] = [];
  let values: Readonly<Record<string, number>> = {};
  for (let sample = 0; sample <= samples; sample++) {
    const start = performance.now();
    const evaluator = new ExactEvaluator(metrics, classes);
    evaluator.add(prediction, label, height, width);
    const result = evaluator.result();
    if (sample > 0) milliseconds.push(performance.now() - start);
    values = Object.fromEntries(Object.entries(result).map(([name, { value }]) => [name, value ?? Number.NaN]));
  }
  return { milliseconds, values };
}

const measured = await measureEvaluate(JSON.parse(process.argv[2] ?? '') as EvaluateSettings);
process.stdout.write(`${JSON.stringify(measured)}\n`);
