import { ExactEvaluator, type ExactScore } from '@auto-seg-loss/formula';
import type { Metric } from '@auto-seg-loss/kernel';
import type { RunContext } from '../context.ts';
import { checkPlugin } from '../plugins/check-plugin.ts';
import { loadPlugin } from '../plugins/load-plugin.ts';
import { type MetricFlags, metricOptions, optionsOf } from '../plugins/metric-options.ts';
import { type EvaluationFiles, evaluationReadings, findEvaluationPairs } from './evaluation-pairs.ts';
import { readEvaluationPair } from './read-evaluation-pair.ts';

export interface EvaluateOptions extends MetricFlags, EvaluationFiles {
  /** Metric plugins, as a config would name them. */
  readonly metrics: readonly string[];
  /** Relative paths and plugins start at its `baseDir`. */
  readonly context: RunContext;
  /** Called after each image. */
  readonly onImage?: (done: number, total: number) => void;
}

export interface EvaluateResult {
  readonly images: number;
  /** Class names. */
  readonly classes: readonly string[];
  /** What was decided to pair the files, in sentences. */
  readonly notes: readonly string[];
  /** By metric name; null marks absent classes, and a metric without any class to average. */
  readonly metrics: Readonly<Record<string, ExactScore>>;
  /** Flags that none of the metrics has an option for, by option name. */
  readonly unused: readonly string[];
}

/**
 * Scores a folder of predictions with exact metrics. Loads no tensor library.
 * @throws AslError ASL_OPTIONS_INVALID, ASL_DATA_MISSING and ASL_DATA_INVALID for what is wrong with metrics, maps and files.
 */
export async function evaluate(options: EvaluateOptions): Promise<EvaluateResult> {
  const { metrics, unused } = await loadMetrics(options);
  const readings = await evaluationReadings(options);
  const { pairs, notes } = await findEvaluationPairs(options);
  const { classes } = readings.labels;
  const evaluator = new ExactEvaluator(metrics, classes.length);
  for (const [index, pair] of pairs.entries()) {
    const { prediction, label, slices, height, width } = await readEvaluationPair(pair, readings);
    evaluator.add(prediction, label, slices * height, width);
    options.onImage?.(index + 1, pairs.length);
  }
  return { images: pairs.length, classes, notes, metrics: evaluator.result(), unused };
}

async function loadMetrics(
  options: EvaluateOptions,
): Promise<{ readonly metrics: readonly Metric[]; readonly unused: readonly string[] }> {
  const flags = metricOptions(options);
  const read = new Set<string>();
  const metrics: Metric[] = [];
  for (const use of new Set(options.metrics)) {
    const { context } = options;
    const { plugin } = await loadPlugin('metric', use, context, '--metrics');
    const own = optionsOf(plugin, flags);
    for (const name of Object.keys(own)) read.add(name);
    const checked = await checkPlugin({ kind: 'metric', use: { use, ...own }, where: `metric "${use}"` }, context);
    metrics.push(await checked.make(context));
  }
  return { metrics, unused: Object.keys(flags).filter((name) => !read.has(name)) };
}
