import { ImageCounter, type ImageCounts, looksAtNeighbours } from '@auto-seg-loss/formula';
import { AslError } from '@auto-seg-loss/kernel';
import { type EvaluationFiles, type EvaluationPair, evaluationReadings } from '../commands/evaluation-pairs.ts';
import { readEvaluationPair } from '../commands/read-evaluation-pair.ts';
import { type MetricSet, makeMetrics, makeReportMetrics } from './metric-set.ts';
import { readProbabilities } from './read-probabilities.ts';

/** What a thread has to know to count pairs of files; structured clone takes it. */
export interface PairWork {
  readonly metrics: MetricSet;
  readonly files: EvaluationFiles;
}

/** What a pair adds. */
export interface CountedPair {
  /** To the sums of metrics. */
  readonly counts: ImageCounts;
  /** What is kept of it for each metric that is only reported. */
  readonly reports: readonly Float64Array[];
}

/** Reads a pair's files and counts what metrics add up. */
export type PairCounter = (pair: EvaluationPair) => Promise<CountedPair>;

/** @throws AslError as `makeMetrics` and `evaluationReadings`; the counter as `readEvaluationPair`, and for volumes. */
export async function createPairCounter({ metrics: set, files }: PairWork): Promise<PairCounter> {
  const metrics = await makeMetrics(set);
  const reports = await makeReportMetrics(set);
  const readings = await evaluationReadings(files);
  const classes = readings.labels.classes.length;
  const counter = new ImageCounter(metrics, classes);
  const ofNeighbours = reports.filter(({ pixelwise = false }) => !pixelwise);
  const flat = [...metrics.filter(looksAtNeighbours), ...ofNeighbours].map(({ name }) => name);
  const needsProbabilities = reports.some((metric) => metric.needsProbabilities === true);
  return async (pair) => {
    const { prediction, label, slices, height, width } = await readEvaluationPair(pair, readings);
    if (slices > 1 && flat.length > 0) throw volume(pair, slices, flat);
    const probabilities = needsProbabilities
      ? await readProbabilities(pair, classes, [slices, height, width])
      : undefined;
    const image = {
      prediction,
      label,
      height: slices * height,
      width,
      classes,
      ...(probabilities === undefined ? {} : { probabilities }),
    };
    return {
      counts: counter.count(prediction, label, height, width, slices),
      reports: reports.map((metric) => metric.measure(image)),
    };
  };
}

function volume({ label }: EvaluationPair, slices: number, flat: readonly string[]): AslError {
  const names = flat.join(', ');
  return new AslError('ASL_ARGUMENT_INVALID', `metrics of outlines look at pictures, and this is a volume`, {
    where: label,
    expected: `one slice, for ${names}`,
    received: `${slices} slices`,
    remedy: `leave ${names} out of --metrics: metrics of regions, such as miou and dice, count the voxels of volumes`,
  });
}
