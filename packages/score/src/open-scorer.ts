import { ExactEvaluator, type Interval } from '@auto-seg-loss/formula';
import { type PluginUse, Random } from '@auto-seg-loss/kernel';
import { type GivenPlugins, makePlugin } from '@auto-seg-loss/shipped';
import { type ClassIndices, classMap } from './class-map.ts';

export interface ScorerOptions {
  /** Names, or objects with `use` and options: `['miou', { use: 'bf1', tolerance: 3 }]`. */
  readonly metrics: readonly (string | PluginUse)[];
  /** Number of classes, from 1. */
  readonly classes: number;
  /** Metrics of others: a list, or an object by the names that `metrics` uses. */
  readonly plugins?: GivenPlugins;
  /** Draws of images that 95 % intervals are taken from; 0, the default, gives none. */
  readonly resamples?: number;
  /** What the images are drawn by; 1 by default. */
  readonly seed?: number;
}

/** Pixels; a volume has more than one slice. */
export interface ImageSize {
  readonly width: number;
  readonly height: number;
  readonly slices?: number;
}

/** A metric's value in [0, 1]; null where it is absent altogether (no class to average). */
export interface MetricResult {
  readonly value: number | null;
  /** null for absent classes and those left out. */
  readonly perClass: readonly (number | null)[];
  /** From where to where 95 % of the values over draws of images lie; null of a single image, and without draws. */
  readonly interval: Interval | null;
}

/** Exact metrics over images that are added one by one. */
export interface Scorer {
  /**
   * Adds an image.
   * @param prediction class of each pixel, row by row. @param label likewise; values outside [0, classes) are ignored pixels.
   * @throws AslError ASL_ARGUMENT_INVALID naming the argument; nothing is added on an error.
   */
  add(prediction: ClassIndices, label: ClassIndices, size: ImageSize): void;
  /** The metrics' values over all images added so far, by metric name. */
  results(): Readonly<Record<string, MetricResult>>;
  /** Pixels by label (rows) and prediction (columns); ignored pixels are left out. */
  confusion(): readonly (readonly number[])[];
}

/**
 * Opens a scorer: `openScorer({ metrics: ['miou'], classes: 19 })`.
 * @throws AslError ASL_PLUGIN_NOT_FOUND, ASL_PLUGIN_INVALID, ASL_OPTIONS_INVALID for metrics; ASL_ARGUMENT_INVALID for no class, or
 *   two metrics of one name.
 */
export function openScorer({ metrics, classes, plugins = [], resamples = 0, seed = 1 }: ScorerOptions): Scorer {
  const made = metrics.map((metric, index) =>
    makePlugin('metric', typeof metric === 'string' ? { use: metric } : metric, `metrics[${index}]`, plugins),
  );
  const evaluator = new ExactEvaluator(made, classes, { keepImages: resamples > 0 });
  return {
    add: (prediction, label, { width, height, slices = 1 }) => {
      evaluator.add(classMap(prediction), classMap(label), height, width, slices);
    },
    results: () => {
      const intervals = resamples > 0 ? evaluator.intervals(resamples, Random.fromSeed(seed)) : {};
      const results = Object.entries(evaluator.result()).map(
        ([name, score]) => [name, { ...score, interval: intervals[name]?.value ?? null }] as const,
      );
      return Object.fromEntries(results);
    },
    confusion: () => evaluator.confusion(),
  };
}
