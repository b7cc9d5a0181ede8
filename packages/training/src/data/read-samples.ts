import type { Sample, Split } from '@auto-seg-loss/kernel';
import { checkSample } from './check-sample.ts';

/** So many samples are read at a time: enough to keep the disk and the decoder busy, few enough to bound memory. */
export const READ_AHEAD = 4;

export interface ReadOptions {
  /** Number of classes, which labels are checked by. */
  readonly classes: number;
  /** Of the split's samples; all of them by default. */
  readonly indices?: readonly number[];
  /** Called as samples come, which need not be in their order; a sample is forgotten when it returns. */
  readonly visit: (sample: Sample, index: number) => void;
  readonly onProgress?: (read: number, count: number) => void;
  readonly signal?: AbortSignal;
}

/**
 * Reads samples of a split, checks them, and hands each over, a few at a time.
 * @throws AslError ASL_DATA_MISSING or ASL_DATA_INVALID for a sample that cannot be read or does not hold what it says; what
 *   `signal` was aborted with. No read goes on by then, behind the back of whoever handles the error.
 */
export async function readSamples(split: Split, options: ReadOptions): Promise<void> {
  const { classes, indices = split.ids.map((_, index) => index), visit, onProgress, signal } = options;
  const queue = indices.values();
  let failed = false;
  let done = 0;
  const reader = async (): Promise<void> => {
    for (const index of queue) {
      if (failed) return;
      signal?.throwIfAborted();
      const sample = await split.read(index);
      checkSample(sample, classes);
      visit(sample, index);
      onProgress?.(++done, indices.length);
    }
  };
  const untilFailure = (): Promise<void> =>
    reader().catch((error: unknown) => {
      failed = true;
      throw error;
    });
  const outcomes = await Promise.allSettled(Array.from({ length: READ_AHEAD }, untilFailure));
  const failure = outcomes.find((outcome) => outcome.status === 'rejected');
  if (failure !== undefined) throw failure.reason;
}
