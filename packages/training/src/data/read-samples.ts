import { AslError, IGNORE_LABEL, type Sample, type Split } from '@auto-seg-loss/kernel';

/** So many samples are read at a time: enough to keep the disk and the decoder busy, few enough to bound memory. */
export const READ_AHEAD = 4;

/**
 * Reads samples, checks them, and hands each over, a few at a time and in no order.
 * @param inputs.indices of the split's samples; all of them by default. @param inputs.use a sample is forgotten when it returns.
 * @throws AslError ASL_DATA_MISSING or ASL_DATA_INVALID for a sample that cannot be read or does not hold what it says.
 */
export async function readSamples(
  split: Split,
  inputs: {
    readonly classes: number;
    readonly indices?: readonly number[];
    readonly use: (sample: Sample, index: number) => void;
  },
): Promise<void> {
  const { classes, indices = split.ids.map((_, index) => index), use } = inputs;
  const queue = indices.values();
  let failed = false;
  const reader = async (): Promise<void> => {
    for (const index of queue) {
      if (failed) return;
      const sample = await split.read(index);
      checkSample(sample, classes);
      use(sample, index);
    }
  };
  const untilFailure = (): Promise<void> =>
    reader().catch((error: unknown) => {
      failed = true;
      throw error;
    });
  // All have ended before this returns, so that no read goes on behind the back of whoever handles the error.
  const outcomes = await Promise.allSettled(Array.from({ length: READ_AHEAD }, untilFailure));
  const failure = outcomes.find((outcome) => outcome.status === 'rejected');
  if (failure !== undefined) throw failure.reason;
}

/** Guards against data set plugins: a wrong label would silently count as ignored later on. */
function checkSample({ id, height, width, image, label }: Sample, classes: number): void {
  if (image.length !== height * width * 3 || label.length !== height * width) {
    throw new AslError('ASL_DATA_INVALID', 'a sample does not have the size that it says', {
      where: id,
      expected: `${height * width * 3} bytes of image and ${height * width} of label (${width} × ${height} pixels)`,
      received: `${image.length} and ${label.length}`,
      remedy: "this is a defect of the data set's plugin",
    });
  }
  const wrong = label.findIndex((value) => value >= classes && value !== IGNORE_LABEL);
  if (wrong !== -1) {
    throw new AslError('ASL_DATA_INVALID', 'a label holds a value that is no class', {
      where: id,
      expected: `values from 0 to ${classes - 1}, or ${IGNORE_LABEL} where ignored`,
      received: `${label[wrong]} at row ${Math.floor(wrong / width)}, column ${wrong % width}`,
      remedy: "this is a defect of the data set's plugin",
    });
  }
}
