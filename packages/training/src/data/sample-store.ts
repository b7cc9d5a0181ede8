import { AslError, type Split } from '@auto-seg-loss/kernel';
import { countLabel, type LabelCounts } from './label-counts.ts';
import { readSamples } from './read-samples.ts';
import { resizeSample, type Size } from './resize-sample.ts';
import type { LoadOptions, TrainingSamples } from './training-samples.ts';
import type { Pixels } from './warp-sample.ts';

const DEFAULT_MAXIMUM_BYTES = 4 * 2 ** 30;

/**
 * A split's samples at the training size, read once and kept in memory as bytes: images × height × width × 4 bytes (367
 * images of 96 × 128 take 18 MB), and while loading, four samples at the size of the files. Samples are fitted to the size
 * without regard to their aspect, so that every pixel is seen and nothing is padded.
 */
export class SampleStore implements TrainingSamples {
  readonly images = 'fitted';
  readonly held = true;
  readonly size: Size;
  readonly count: number;
  readonly #images: Uint8Array;
  readonly #labels: Uint8Array;
  readonly #counts: LabelCounts[] = [];

  private constructor(size: Size, count: number) {
    this.size = size;
    this.count = count;
    this.#images = new Uint8Array(count * size[0] * size[1] * 3);
    this.#labels = new Uint8Array(count * size[0] * size[1]);
  }

  /**
   * Reads a whole split. The store's sample i is the split's sample i.
   * @throws AslError ASL_CONFIG_INVALID if it would take more than `maximumBytes`; ASL_DATA_MISSING or ASL_DATA_INVALID for
   * a sample that cannot be read or does not hold what it says.
   */
  static async load(
    split: Split,
    options: Pick<LoadOptions, 'size' | 'classes' | 'visit'> & {
      /** Default 4 GiB. */
      readonly maximumBytes?: number;
      readonly onProgress?: (read: number, count: number) => void;
    },
  ): Promise<SampleStore> {
    const { size, classes, maximumBytes = DEFAULT_MAXIMUM_BYTES } = options;
    const count = split.ids.length;
    const bytes = count * size[0] * size[1] * 4;
    if (bytes > maximumBytes) {
      throw new AslError('ASL_CONFIG_INVALID', 'the data set does not fit into memory at the training size', {
        where: 'size',
        expected: `at most ${mebibytes(maximumBytes)} (images × height × width × 4 bytes)`,
        received: `${mebibytes(bytes)}: ${count} images of ${size[1]} × ${size[0]} pixels (width × height)`,
        remedy: 'train at a smaller size, or on fewer images',
      });
    }
    const store = new SampleStore(size, count);
    await readSamples(split, {
      classes,
      visit: (sample, index) => {
        store.#counts[index] = countLabel(sample.label, classes);
        const { image, label } = resizeSample(sample, size);
        store.image(index).set(image);
        store.label(index).set(label);
        options.visit?.(sample, index);
      },
      ...(options.onProgress === undefined ? {} : { onProgress: options.onProgress }),
    });
    return store;
  }

  sample(index: number): Pixels {
    const [height, width] = this.size;
    return { height, width, image: this.image(index), label: this.label(index) };
  }

  /** [h, w, 3], 0 to 255; the store's own memory, not to be written to. */
  image(index: number): Uint8Array {
    const length = this.size[0] * this.size[1] * 3;
    return this.#images.subarray(index * length, (index + 1) * length);
  }

  /** [h, w], class or IGNORE_LABEL; the store's own memory, not to be written to. */
  label(index: number): Uint8Array {
    const length = this.size[0] * this.size[1];
    return this.#labels.subarray(index * length, (index + 1) * length);
  }

  labelCounts(index: number): LabelCounts {
    return this.#counts[index] as LabelCounts;
  }
}

function mebibytes(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(1)} MiB`;
}
