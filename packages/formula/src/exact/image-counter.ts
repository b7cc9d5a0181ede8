import { AslError, type Metric } from '@auto-seg-loss/kernel';
import { looksAtNeighbours } from '../looks-at-neighbours.ts';
import { readFormula } from '../read-formula.ts';
import { gridOf } from './bit-mask.ts';
import type { ClassMap } from './class-map.ts';
import { ClassPairs, isOfPairs } from './class-pairs.ts';
import { type ExactSum, exactSum } from './exact-expression.ts';
import { ImageMasks } from './image-masks.ts';
import { MaskPool } from './mask-pool.ts';
import { packClasses } from './pack-classes.ts';

/** What one image adds to the sums of metrics: plain numbers, so that another thread may count them. */
export interface ImageCounts {
  /** [sums, classes]: numbers of pixels, of each sum that `distinctSums` of the metrics lists. */
  readonly sums: Float64Array;
  /** [classes + 1, classes]: pixels by label and prediction; the row after the classes' is of ignored pixels. */
  readonly pairs: Int32Array;
}

/** Each sum of the metrics once, by key, in the order in which the metrics are listed. */
export function distinctSums(metrics: readonly Metric[]): ReadonlyMap<string, ExactSum> {
  const expressions = metrics.flatMap((metric) => Object.values(readFormula(metric).sums));
  return new Map(expressions.map(exactSum).map((sum) => [sum.key, sum]));
}

/** Counts what metrics add up, image by image. What several of them need (masks, outlines, counts) is computed once an image. */
export class ImageCounter {
  readonly #classes: number;
  readonly #sums: readonly ExactSum[];
  /** Metrics that volumes cannot be counted for. */
  readonly #flat: readonly string[];
  readonly #pool = new MaskPool();

  /**
   * @param classes number of classes, from 1.
   * @throws AslError ASL_ARGUMENT_INVALID for no class.
   */
  constructor(metrics: readonly Metric[], classes: number) {
    checkSize('classes', classes, 'there must be a class to evaluate');
    this.#classes = classes;
    this.#sums = [...distinctSums(metrics).values()];
    this.#flat = metrics.filter(looksAtNeighbours).map(({ name }) => name);
  }

  /**
   * Counts an image, or a volume of several slices.
   * @param prediction class of each pixel, [slices, h, w]. @param label likewise; values outside [0, classes) are ignored pixels.
   * @throws AslError ASL_ARGUMENT_INVALID naming the argument: maps of another type or length, a size that is none, a
   *   prediction that is no class, or slices for a metric that looks at a pixel's neighbours.
   */
  count(prediction: ClassMap, label: ClassMap, height: number, width: number, slices = 1): ImageCounts {
    checkSize('height', height, 'an image has no rows');
    checkSize('width', width, 'an image has no columns');
    checkSize('slices', slices, 'a volume has no slices');
    if (slices > 1) this.#checkFlat(slices);
    // Without neighbours, slices are as good below each other.
    const rows = slices * height;
    checkMap('prediction', prediction, rows, width);
    checkMap('label', label, rows, width);
    const pairs = new ClassPairs(prediction, label, this.#classes);
    if (pairs.firstOther >= 0) throw noClass(prediction, pairs.firstOther, height, width, this.#classes);
    const masks = this.#sums.every(isOfPairs) ? undefined : this.#masks(prediction, label, rows, width);
    const sums = new Float64Array(this.#sums.length * this.#classes);
    for (let c = 0; c < this.#classes; c++) {
      for (const [index, sum] of this.#sums.entries()) {
        const count = masks === undefined || isOfPairs(sum) ? pairs.count(sum, c) : masks.count(sum, c);
        sums[index * this.#classes + c] = count;
      }
      masks?.forget(c);
    }
    masks?.release();
    return { sums, pairs: pairs.counts };
  }

  #masks(prediction: ClassMap, label: ClassMap, height: number, width: number): ImageMasks {
    const grid = gridOf(height, width);
    this.#pool.fit(grid);
    const pack = (map: ClassMap) => packClasses(map, grid, this.#classes, this.#pool);
    return new ImageMasks(pack(prediction), pack(label), grid, this.#pool);
  }

  #checkFlat(slices: number): void {
    if (this.#flat.length === 0) return;
    throw new AslError(
      'ASL_ARGUMENT_INVALID',
      'a metric that looks at the neighbours of a pixel is of pictures alone',
      {
        where: 'slices',
        expected: `1, for ${this.#flat.join(', ')}`,
        received: String(slices),
      },
    );
  }
}

function checkSize(name: string, value: number, message: string): void {
  if (Number.isInteger(value) && value >= 1) return;
  throw new AslError('ASL_ARGUMENT_INVALID', message, {
    where: name,
    expected: 'a whole number from 1',
    received: String(value),
  });
}

function checkMap(name: string, map: ClassMap, height: number, width: number): void {
  const fail = (expected: string, received: string): never => {
    throw new AslError('ASL_ARGUMENT_INVALID', `the ${name} does not fit the image`, {
      where: name,
      expected,
      received,
    });
  };
  if (!(map instanceof Uint8Array || map instanceof Int32Array)) {
    const received: unknown = map;
    fail('class indices as a Uint8Array or an Int32Array', Object.prototype.toString.call(received).slice(8, -1));
  }
  if (map.length !== height * width) {
    fail(`${height}×${width} = ${height * width} class indices`, `${map.length}`);
  }
}

function noClass(prediction: ClassMap, at: number, height: number, width: number, classes: number): AslError {
  const rows = Math.floor(at / width);
  const slice = prediction.length === height * width ? '' : `slice ${Math.floor(rows / height)}, `;
  return new AslError('ASL_ARGUMENT_INVALID', 'the prediction holds a value that is no class', {
    where: `prediction, ${slice}row ${rows % height}, column ${at % width}`,
    expected: `0 to ${classes - 1}`,
    received: String(prediction[at]),
  });
}
