import { ExactEvaluator, type ExactScore, type Interval } from '@auto-seg-loss/formula';
import { AslError, Random, type ReportMetric } from '@auto-seg-loss/kernel';
import { countPairs } from '../evaluation/count-pairs.ts';
import { makeMetrics, makeReportMetrics } from '../evaluation/metric-set.ts';
import { checkOutputs } from '../evaluation/output-file.ts';
import { type MetricsInputs, readMetrics } from '../evaluation/read-metrics.ts';
import { ReportEvaluator } from '../evaluation/report-evaluator.ts';
import { confusionRows, scoreRows, writeCsv } from '../evaluation/write-csv.ts';
import { type EvaluationFiles, evaluationReadings, findEvaluationPairs } from './evaluation-pairs.ts';
import { evaluationWarnings } from './evaluation-warnings.ts';
import { type NamedCoverage, namedCoverage } from './named-coverage.ts';

export interface EvaluateOptions extends MetricsInputs, EvaluationFiles {
  /** Draws of images for the intervals; 0, the default, for no intervals. */
  readonly bootstrap?: number;
  /** What the images are drawn by; default 1. */
  readonly seed?: number;
  /** Threads; by default as many as there are cores, or fewer for few images. */
  readonly workers?: number;
  /** Where the value of each class of each image is written. */
  readonly csv?: string;
  /** Where the confusion matrix is written; `true` only gives it. */
  readonly confusion?: string | true;
  /** Called after each image. */
  readonly onImage?: (done: number, total: number) => void;
}

/** A metric's value with where it may lie. */
export interface EvaluatedScore extends ExactScore, Partial<Pick<ReportMetric, 'unit' | 'better'>> {
  /** 95 % interval of the value; null where there is none. Not there without draws, like the next. */
  readonly interval?: Interval | null;
  /** The same for each class. */
  readonly perClassIntervals?: readonly (Interval | null)[];
}

export interface EvaluateResult {
  readonly images: number;
  /** Class names. */
  readonly classes: readonly string[];
  /** What was decided to pair the files, in sentences. */
  readonly notes: readonly string[];
  /** By metric name; null marks absent classes, and a metric without any class to average. */
  readonly metrics: Readonly<Record<string, EvaluatedScore>>;
  /** What the values rest on. */
  readonly coverage: NamedCoverage;
  /** What makes it likely that a value is not what its reader takes it for, in sentences. */
  readonly warnings: readonly string[];
  /** Pixels by label (rows) and prediction (columns), where asked for. */
  readonly confusion?: readonly (readonly number[])[];
  /** Flags that none of the metrics has an option for, by option name. */
  readonly unused: readonly string[];
}

/**
 * Scores a folder of predictions with exact metrics. Loads no tensor library. Nothing depends on the number of threads.
 * @throws AslError ASL_OPTIONS_INVALID, ASL_DATA_MISSING and ASL_DATA_INVALID for what is wrong with metrics, maps and files;
 *   ASL_ARGUMENT_INVALID for an output that would replace an input, and for volumes under metrics of outlines.
 */
export async function evaluate(options: EvaluateOptions): Promise<EvaluateResult> {
  const { bootstrap = 0, seed = 1, workers, csv, confusion, onImage, ...inputs } = options;
  const { set, unused } = await readMetrics(inputs);
  const files: EvaluationFiles = inputs;
  const { labels } = await evaluationReadings(files);
  const { classes } = labels;
  const { pairs, notes } = await findEvaluationPairs(files);
  await checkOutputs(
    [
      ...(csv === undefined ? [] : [{ path: csv, option: '--csv' }]),
      ...(typeof confusion === 'string' ? [{ path: confusion, option: '--confusion' }] : []),
    ],
    pairs,
  );
  const keepImages = bootstrap > 0 || csv !== undefined;
  const evaluator = new ExactEvaluator(await makeMetrics(set), classes.length, { keepImages });
  const reportMetrics = await makeReportMetrics(set);
  const reports = new ReportEvaluator(reportMetrics, classes.length);
  checkProbabilities(reportMetrics, files);
  let done = 0;
  for await (const counted of countPairs({ metrics: set, files }, pairs, workers)) {
    evaluator.addCounts(counted.counts);
    reports.add(counted.reports);
    done += 1;
    onImage?.(done, pairs.length);
  }
  const names = pairs.map(({ name }) => name);
  if (csv !== undefined) {
    await writeCsv(
      csv,
      scoreRows(names, classes, (image) => ({ ...evaluator.imageResult(image), ...reports.imageResult(image) })),
    );
  }
  const matrix = evaluator.confusion();
  if (typeof confusion === 'string') await writeCsv(confusion, [confusionRows(matrix, classes)]);
  const coverage = namedCoverage(evaluator.coverage(), classes);
  const metrics = {
    ...withIntervals(evaluator, bootstrap, seed),
    ...reportsOf(reports, reportMetrics, bootstrap, seed),
  };
  return {
    images: pairs.length,
    classes,
    notes,
    metrics,
    coverage,
    warnings: [
      ...ignoredWarning(coverage),
      ...evaluationWarnings({ classes, confusion: matrix, ignored: coverage.ignored }),
    ],
    ...(confusion === undefined ? {} : { confusion: matrix }),
    unused,
  };
}

function ignoredWarning({ unusuallyIgnored, ignoredShare }: NamedCoverage): readonly string[] {
  if (!unusuallyIgnored) return [];
  const percent = (100 * ignoredShare).toFixed(1);
  return [
    `${percent} % of the pixels are ignored, more than outlines take: the scores say nothing about them; is a class among the ignored values?`,
  ];
}

/** @throws AslError ASL_USAGE where a metric needs what is not there. */
function checkProbabilities(metrics: readonly ReportMetric[], { probabilities }: EvaluationFiles): void {
  const needing = metrics.filter(({ needsProbabilities = false }) => needsProbabilities).map(({ name }) => name);
  if (needing.length === 0 || probabilities !== undefined) return;
  throw new AslError('ASL_USAGE', 'a metric looks at probabilities, and there are none', {
    where: '--metrics',
    expected: `--probabilities FOLDER beside ${needing.join(', ')}`,
    received: 'predictions alone',
    remedy: 'write them with asl predict --probabilities FOLDER, or leave the metric out',
  });
}

/** Metrics that are only reported, each with what its values are and which are better. */
function reportsOf(
  reports: ReportEvaluator,
  metrics: readonly ReportMetric[],
  bootstrap: number,
  seed: number,
): Record<string, EvaluatedScore> {
  const scores = withIntervals(reports, bootstrap, seed);
  return Object.fromEntries(
    metrics.map(({ name, unit, better }) => [name, { ...(scores[name] as EvaluatedScore), unit, better }]),
  );
}

function withIntervals(
  evaluator: Pick<ExactEvaluator, 'result' | 'intervals'>,
  bootstrap: number,
  seed: number,
): Record<string, EvaluatedScore> {
  const scores = evaluator.result();
  if (bootstrap === 0) return scores;
  const intervals = evaluator.intervals(bootstrap, Random.fromSeed(seed));
  return Object.fromEntries(
    Object.entries(scores).map(([name, score]) => {
      const { value = null, perClass = [] } = intervals[name] ?? {};
      return [name, { ...score, interval: value, perClassIntervals: perClass }];
    }),
  );
}
