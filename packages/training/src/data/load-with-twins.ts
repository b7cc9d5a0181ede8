import type { Split } from '@auto-seg-loss/kernel';
import { findTwins } from './inspect/find-twins.ts';
import { type ImagePrint, imagePrint } from './inspect/image-print.ts';
import type { Size } from './resize-sample.ts';
import { SampleStore } from './sample-store.ts';

/** Reads a split, and finds on the way which of its images show the same. @throws AslError as `SampleStore.load`. */
export async function loadWithTwins(
  split: Split,
  options: { readonly size: Size; readonly classes: number },
): Promise<{ readonly store: SampleStore; readonly twins: readonly (readonly number[])[] }> {
  const prints: ImagePrint[] = [];
  const store = await SampleStore.load(split, {
    ...options,
    visit: (sample, index) => {
      prints[index] = imagePrint(sample);
    },
  });
  return { store, twins: findTwins(prints).map(({ images }) => images) };
}
