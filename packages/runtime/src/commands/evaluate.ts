import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { ExactEvaluator, type ExactScore } from '@auto-seg-loss/formula';
import { AslError, isAslError, type Metric, type PluginContext } from '@auto-seg-loss/kernel';
import { checkPlugin } from '../plugins/check-plugin.ts';
import { loadPlugin } from '../plugins/load-plugin.ts';
import { type MetricFlags, metricOptions, optionsOf } from '../plugins/metric-options.ts';
import { readClassMap } from './class-map-file.ts';

export interface EvaluateOptions extends MetricFlags {
  /** Metric plugins, as a config would name them. */
  readonly metrics: readonly string[];
  /** Folders with 8-bit index PNGs of equal names. */
  readonly predictions: string;
  readonly labels: string;
  /** Number of classes; labels outside [0, classes) are ignored pixels. */
  readonly classes: number;
  /** Relative paths and plugins start at its `baseDir`. */
  readonly context: PluginContext;
  /** Called after each image. */
  readonly onImage?: (done: number, total: number) => void;
}

export interface EvaluateResult {
  readonly images: number;
  /** By metric name; null marks absent classes, and a metric without any class to average. */
  readonly metrics: Readonly<Record<string, ExactScore>>;
  /** Flags that none of the metrics has an option for, by option name. */
  readonly unused: readonly string[];
}

/**
 * Scores a folder of predictions with exact metrics. Loads no tensor library.
 * @throws AslError ASL_DATA_MISSING for a folder, a prediction or a label that is not there; ASL_DATA_INVALID naming the file.
 */
export async function evaluate(options: EvaluateOptions): Promise<EvaluateResult> {
  const { metrics, unused } = await loadMetrics(options);
  const names = await pairedNames(options.predictions, options.labels);
  const evaluator = new ExactEvaluator(metrics, options.classes);
  for (const [index, name] of names.entries()) {
    await addPair(evaluator, join(options.predictions, name), join(options.labels, name));
    options.onImage?.(index + 1, names.length);
  }
  return { images: names.length, metrics: evaluator.result(), unused };
}

async function loadMetrics(
  options: EvaluateOptions,
): Promise<{ readonly metrics: readonly Metric[]; readonly unused: readonly string[] }> {
  const flags = metricOptions(options);
  const read = new Set<string>();
  const metrics: Metric[] = [];
  for (const use of new Set(options.metrics)) {
    const { baseDir } = options.context;
    const { plugin } = await loadPlugin('metric', use, baseDir, '--metrics');
    const own = optionsOf(plugin, flags);
    for (const name of Object.keys(own)) read.add(name);
    const checked = await checkPlugin({ kind: 'metric', use: { use, ...own }, where: `metric "${use}"` }, baseDir);
    metrics.push(await checked.make(options.context));
  }
  return { metrics, unused: Object.keys(flags).filter((name) => !read.has(name)) };
}

async function pairedNames(predictions: string, labels: string): Promise<readonly string[]> {
  const predicted = await pngNames(predictions, '--predictions');
  const labelled = await pngNames(labels, '--labels');
  if (labelled.length === 0) throw missing('there are no labels', '--labels', 'PNG files', labels);
  const unpredicted = labelled.find((name) => !predicted.includes(name));
  if (unpredicted !== undefined) {
    throw missing('a label has no prediction', '--predictions', join(predictions, unpredicted), 'no such file');
  }
  const unlabelled = predicted.find((name) => !labelled.includes(name));
  if (unlabelled !== undefined) {
    throw missing('a prediction has no label', '--labels', join(labels, unlabelled), 'no such file');
  }
  return labelled;
}

async function pngNames(folder: string, where: string): Promise<readonly string[]> {
  const names = await readdir(folder).catch((cause: NodeJS.ErrnoException) => {
    throw missing(
      'the folder cannot be read',
      where,
      'a folder of PNG files',
      `${folder}: ${cause.code ?? cause.message}`,
    );
  });
  return names.filter((name) => name.toLowerCase().endsWith('.png')).sort();
}

function missing(message: string, where: string, expected: string, received: string): AslError {
  return new AslError('ASL_DATA_MISSING', message, { where, expected, received });
}

async function addPair(evaluator: ExactEvaluator, predictionFile: string, labelFile: string): Promise<void> {
  const prediction = await readClassMap(predictionFile);
  const label = await readClassMap(labelFile);
  const { height, width } = label;
  if (prediction.height !== height || prediction.width !== width) {
    throw new AslError('ASL_DATA_INVALID', 'prediction and label differ in size', {
      where: predictionFile,
      expected: `${height}×${width} pixels, as ${labelFile}`,
      received: `${prediction.height}×${prediction.width}`,
    });
  }
  try {
    evaluator.add(prediction.values, label.values, height, width);
  } catch (error) {
    if (!isAslError(error)) throw error;
    throw new AslError('ASL_DATA_INVALID', error.message, {
      ...error.details,
      where: `${predictionFile}: ${error.details.where ?? ''}`,
      remedy: 'correct --classes, or predict a class at every pixel',
    });
  }
}
