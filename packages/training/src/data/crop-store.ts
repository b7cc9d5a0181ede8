import { AslError, type Sample, type Split } from '@auto-seg-loss/kernel';
import { checkSample } from './check-sample.ts';
import { cropFit, type SmallImages } from './crop-fit.ts';
import { countLabel, type LabelCounts } from './label-counts.ts';
import { readSamples } from './read-samples.ts';
import type { Size } from './resize-sample.ts';
import type { LoadOptions, TrainingSamples } from './training-samples.ts';

const DEFAULT_MAXIMUM_BYTES = 2 * 2 ** 30;

/** What is known of a sample, whether its pixels are in memory or not. */
interface Known {
  readonly height: number;
  readonly width: number;
  readonly counts: LabelCounts;
}

/**
 * A split's samples at the size of their files, to take crops out of. Every one is read once, and kept in memory as bytes as long
 * as all that are kept fit into a bound; the others are read again whenever they are wanted, from the data set's cache on disk.
 * PASCAL VOC's 1,464 training images take 1.1 GB, Cityscapes' 2,975 take 25 GB.
 */
export class CropStore implements TrainingSamples {
  readonly images = 'crops';
  /** Of the crops. */
  readonly size: Size;
  /** Images that are smaller than the crops along an axis. */
  readonly small: SmallImages | undefined;
  readonly #split: Split;
  readonly #options: Pick<LoadOptions, 'classes' | 'where'>;
  readonly #known: readonly Known[];
  readonly #kept: ReadonlyMap<number, Sample>;

  private constructor(
    split: Split,
    options: Pick<LoadOptions, 'size' | 'classes' | 'where'>,
    known: readonly Known[],
    kept: ReadonlyMap<number, Sample>,
  ) {
    this.small = cropFit(
      known.map(({ height, width }) => ({ height, width, images: 1 })),
      options.size,
      options.where,
    );
    this.size = options.size;
    this.#split = split;
    this.#options = options;
    this.#known = known;
    this.#kept = kept;
  }

  /**
   * Reads a whole split. The store's sample i is the split's sample i.
   * @param options.maximumBytes of the samples that are kept in memory; default 2 GiB.
   * @throws AslError ASL_CONFIG_INVALID as `cropFit`; ASL_DATA_MISSING or ASL_DATA_INVALID for a sample that cannot be read or does
   *   not hold what it says.
   */
  static async load(
    split: Split,
    options: Omit<LoadOptions, 'images'> & { readonly maximumBytes?: number },
  ): Promise<CropStore> {
    const { classes, maximumBytes = DEFAULT_MAXIMUM_BYTES, visit } = options;
    const known: Known[] = [];
    const kept = new Map<number, Sample>();
    let bytes = 0;
    await readSamples(split, {
      classes,
      visit: (sample, index) => {
        const { height, width, image, label } = sample;
        known[index] = { height, width, counts: countLabel(label, classes) };
        visit?.(sample, index);
        if (bytes + image.length + label.length > maximumBytes) return;
        bytes += image.length + label.length;
        kept.set(index, sample);
      },
    });
    return new CropStore(split, options, known, kept);
  }

  /** The same samples with crops of another size. @throws as `load`, for the crops. */
  withCrops({ size, where }: Pick<LoadOptions, 'size' | 'where'>): CropStore {
    return new CropStore(this.#split, { ...this.#options, size, where }, this.#known, this.#kept);
  }

  get count(): number {
    return this.#known.length;
  }

  get held(): boolean {
    return this.#kept.size === this.#known.length;
  }

  /** The samples as a split: those that are kept are not read again. */
  get split(): Split {
    return { ids: this.#split.ids, read: async (index) => this.sample(index) };
  }

  sample(index: number): Sample | Promise<Sample> {
    return this.#kept.get(index) ?? this.#readAgain(index);
  }

  labelCounts(index: number): LabelCounts {
    return this.#of(index).counts;
  }

  async #readAgain(index: number): Promise<Sample> {
    const sample = await this.#split.read(index);
    checkSample(sample, this.#options.classes);
    const { height, width } = this.#of(index);
    if (sample.height === height && sample.width === width) return sample;
    throw new AslError('ASL_DATA_INVALID', 'an image has changed since the training began', {
      where: sample.id,
      expected: `${height} × ${width} pixels (height × width)`,
      received: `${sample.height} × ${sample.width}`,
      remedy: 'leave the data as they are while networks are trained',
    });
  }

  #of(index: number): Known {
    return this.#known[index] as Known;
  }
}
