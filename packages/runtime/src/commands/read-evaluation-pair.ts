import { readFile } from 'node:fs/promises';
import { decodeLabel, type LabelValues, leaveOut, readClasses } from '@auto-seg-loss/images';
import { AslError, IGNORE_LABEL } from '@auto-seg-loss/kernel';
import type { EvaluationPair, EvaluationReadings } from './evaluation-pairs.ts';

/** Classes of an image's pixels, or of a volume's voxels. */
export interface ClassPair {
  /** [slices, h, w]; a class at every pixel. */
  readonly prediction: Uint8Array;
  /** [slices, h, w]; IGNORE_LABEL where it does not count. */
  readonly label: Uint8Array;
  readonly slices: number;
  readonly height: number;
  readonly width: number;
}

/**
 * Reads the files of a pair.
 * @param maximumPixels the most that a file may hold; by default the decoder's own limit.
 * @throws AslError ASL_DATA_MISSING or ASL_DATA_INVALID, naming the file.
 */
export async function readEvaluationPair(
  pair: EvaluationPair,
  readings: EvaluationReadings,
  maximumPixels?: number,
): Promise<ClassPair> {
  const read = async (file: string): Promise<LabelValues> =>
    decodeLabel(await bytesOf(file), file, maximumPixels === undefined ? {} : { maximumPixels });
  const values = await read(pair.label);
  const predicted = await read(pair.prediction);
  const label = readClasses(values, readings.labels, pair.label);
  const mapped = readClasses(predicted, readings.predictions, pair.prediction);
  checkSize(predicted, values, pair.prediction, pair.label);
  const prediction = predictedClasses(mapped, predicted, pair.prediction, label);
  if (pair.mask !== undefined) {
    const mask = await read(pair.mask);
    checkSize(mask, values, pair.mask, pair.label);
    leaveOut(label, mask);
  }
  const { slices, height, width } = values;
  return { prediction, label, slices, height, width };
}

async function bytesOf(file: string): Promise<Uint8Array> {
  return readFile(file).catch((cause: NodeJS.ErrnoException) => {
    throw new AslError('ASL_DATA_MISSING', 'a file cannot be read', {
      where: file,
      expected: 'a file that this user may read',
      received: cause.message,
      remedy: 'check that the file is there and its permissions',
      cause,
    });
  });
}

/** A class at every pixel: where neither counts, any class will do. */
function predictedClasses(prediction: Uint8Array, values: LabelValues, file: string, label: Uint8Array): Uint8Array {
  const first = prediction.indexOf(IGNORE_LABEL);
  if (first === -1) return prediction;
  const filled = prediction.slice();
  // A map may say of predicted values that they do not count: only where the label does not count either.
  for (let pixel = first; pixel !== -1; pixel = prediction.indexOf(IGNORE_LABEL, pixel + 1)) {
    if (label[pixel] !== IGNORE_LABEL) throw noPrediction(values, pixel, file);
    filled[pixel] = 0;
  }
  return filled;
}

function noPrediction(values: LabelValues, pixel: number, file: string): AslError {
  const { channels, data, width, height } = values;
  return new AslError('ASL_DATA_INVALID', 'a prediction has no class where the label has one', {
    where: file,
    expected: 'a class at every pixel that counts',
    received: `${channels === 1 ? data[pixel] : 'an ignored colour'} at row ${Math.floor(pixel / width) % height}, column ${pixel % width}`,
    remedy: 'predict a class at every pixel, or map the value to a class with --prediction-map',
  });
}

type Size = Pick<LabelValues, 'height' | 'width' | 'slices'>;

function checkSize(own: Size, other: Size, file: string, otherFile: string): void {
  if (own.height === other.height && own.width === other.width && own.slices === other.slices) return;
  const show = ({ height, width, slices }: Size): string =>
    `${slices === 1 ? '' : `${slices} slices of `}${width} × ${height} pixels (width × height)`;
  throw new AslError('ASL_DATA_INVALID', 'two files of an image differ in size', {
    where: file,
    expected: `${show(other)}, as ${otherFile}`,
    received: show(own),
    remedy: 'bring the prediction to the size of the label without mixing values (nearest neighbour)',
  });
}
