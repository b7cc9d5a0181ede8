import { AslError, IGNORE_LABEL, type Sample, type Split } from '@auto-seg-loss/kernel';
import { resizeSample, type Size } from './resize-sample.ts';

/** So many samples are read at a time: enough to keep the disk and the decoder busy, few enough to bound memory. */
const READ_AHEAD = 4;

const DEFAULT_MAXIMUM_BYTES = 4 * 2 ** 30;

/**
 * A split's samples at the training size, read once and kept in memory as bytes: images × height × width × 4 bytes (367
 * images of 96 × 128 take 18 MB), and while loading, four samples at the size of the files. Samples are fitted to the size
 * without regard to their aspect, so that every pixel is seen and nothing is padded.
 */
export class SampleStore {
  readonly size: Size;
  readonly count: number;
  readonly #images: Uint8Array;
  readonly #labels: Uint8Array;

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
    options: {
      readonly size: Size;
      readonly classes: number;
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
    let next = 0;
    let done = 0;
    const reader = async (): Promise<void> => {
      while (next < count) {
        const index = next++;
        const sample = await split.read(index);
        checkSample(sample, classes);
        const { image, label } = resizeSample(sample, size);
        store.image(index).set(image);
        store.label(index).set(label);
        options.onProgress?.(++done, count);
      }
    };
    const untilFailure = async (): Promise<void> => {
      try {
        await reader();
      } finally {
        next = count;
      }
    };
    // All have ended before this returns, so that no read goes on behind the back of whoever handles the error.
    const outcomes = await Promise.allSettled(Array.from({ length: READ_AHEAD }, untilFailure));
    const failed = outcomes.find((outcome) => outcome.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
    return store;
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

function mebibytes(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(1)} MiB`;
}
