import type { Split } from '@auto-seg-loss/kernel';
import type { CropStore } from './crop-store.ts';
import { findTwins } from './inspect/find-twins.ts';
import { type ImagePrint, imagePrint } from './inspect/image-print.ts';
import type { SampleStore } from './sample-store.ts';
import { type LoadOptions, loadTrainingSamples } from './training-samples.ts';

/** Reads a split, and finds on the way which of its images show the same. @throws AslError as `loadTrainingSamples`. */
export async function loadWithTwins(
  split: Split,
  options: LoadOptions,
): Promise<{ readonly store: SampleStore | CropStore; readonly twins: readonly (readonly number[])[] }> {
  const prints: ImagePrint[] = [];
  const store = await loadTrainingSamples(split, {
    ...options,
    visit: (sample, index) => {
      prints[index] = imagePrint(sample);
    },
  });
  return { store, twins: findTwins(prints).map(({ images }) => images) };
}
