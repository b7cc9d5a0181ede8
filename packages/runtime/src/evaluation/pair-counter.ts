import { ImageCounter, type ImageCounts, looksAtNeighbours } from '@auto-seg-loss/formula';
import { AslError } from '@auto-seg-loss/kernel';
import { type EvaluationFiles, type EvaluationPair, evaluationReadings } from '../commands/evaluation-pairs.ts';
import { readEvaluationPair } from '../commands/read-evaluation-pair.ts';
import { type MetricSet, makeMetrics } from './metric-set.ts';

/** What a thread has to know to count pairs of files; structured clone takes it. */
export interface PairWork {
  readonly metrics: MetricSet;
  readonly files: EvaluationFiles;
}

/** Reads a pair's files and counts what metrics add up. */
export type PairCounter = (pair: EvaluationPair) => Promise<ImageCounts>;

/** @throws AslError as `makeMetrics` and `evaluationReadings`; the counter as `readEvaluationPair`, and for volumes. */
export async function createPairCounter({ metrics: set, files }: PairWork): Promise<PairCounter> {
  const metrics = await makeMetrics(set);
  const readings = await evaluationReadings(files);
  const counter = new ImageCounter(metrics, readings.labels.classes.length);
  const flat = metrics.filter(looksAtNeighbours).map(({ name }) => name);
  return async (pair) => {
    const { prediction, label, slices, height, width } = await readEvaluationPair(pair, readings);
    if (slices > 1 && flat.length > 0) throw volume(pair, slices, flat);
    return counter.count(prediction, label, height, width, slices);
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
