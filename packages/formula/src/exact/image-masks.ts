import { pixelsOf } from '@auto-seg-loss/kernel';
import type { RegionExpression } from '../expression.ts';
import { type BitMask, fullMask, type Grid, intersect, type TakeWords, unite, without } from './bit-mask.ts';
import { countIn, countInAll, countInBoth } from './count-pixels.ts';
import { type ExactMask, type ExactSum, exactMask } from './exact-expression.ts';
import { dilate, erode } from './morphology.ts';
import type { WordPool } from './word-pool.ts';

/** What was computed for one class, and the buffers that it lies in. */
interface ClassMasks {
  readonly known: Map<string, BitMask>;
  readonly buffers: Int32Array[];
}

/** One image's masks, each computed when first asked for and kept until `forget`. */
export class ImageMasks {
  readonly #grid: Grid;
  readonly #pool: WordPool;
  readonly #label: readonly BitMask[];
  readonly #classes: readonly ClassMasks[];
  readonly #regions = new Map<string, BitMask>();
  readonly #regionBuffers: Int32Array[] = [];

  /** @param prediction and @param label a mask for each class. */
  constructor(prediction: readonly BitMask[], label: readonly BitMask[], grid: Grid, pool: WordPool) {
    this.#grid = grid;
    this.#pool = pool;
    this.#label = label;
    this.#classes = prediction.map((mask, c) => ({
      known: new Map<string, BitMask>([
        ['prediction', mask],
        ['label', label[c] ?? null],
      ]),
      buffers: [mask, label[c] ?? null].flatMap((packed) => (packed === null ? [] : [packed.words])),
    }));
  }

  /** Number of pixels of class c. */
  count({ mask, region }: ExactSum, c: number): number {
    const counted = region === undefined ? undefined : this.#region(region);
    // Counting what is in both needs no mask of both.
    if (mask.op === 'and') {
      const a = this.#mask(mask.a, c);
      const b = this.#mask(mask.b, c);
      return counted === undefined ? countInBoth(a, b, this.#grid) : countInAll(a, b, counted, this.#grid);
    }
    const pixels = this.#mask(mask, c);
    return counted === undefined ? countIn(pixels, this.#grid) : countInBoth(pixels, counted, this.#grid);
  }

  #mask(expression: ExactMask, c: number): BitMask {
    const { known, buffers } = this.#classes[c] as ClassMasks;
    let mask = known.get(expression.key);
    if (mask === undefined) {
      mask = this.#compute(expression, c, () => this.#take(buffers));
      known.set(expression.key, mask);
    }
    return mask;
  }

  #compute(expression: ExactMask, c: number, take: TakeWords): BitMask {
    const grid = this.#grid;
    // Stryker disable next-line all: never so, but the compiler has to be told
    if (expression.op === 'prediction' || expression.op === 'label') throw new TypeError('packed masks are known');
    const a = this.#mask(expression.a, c);
    switch (expression.op) {
      case 'and':
        return intersect(a, this.#mask(expression.b, c), grid, take);
      case 'or':
        return unite([a, this.#mask(expression.b, c)], grid, take);
      case 'minus':
        return without(a, this.#mask(expression.b, c), grid, take);
      case 'erode':
        return erode(a, pixelsOf(expression.radius, grid.height, grid.width), expression.outside, grid, take);
      case 'dilate':
        return dilate(a, pixelsOf(expression.tolerance, grid.height, grid.width), grid, take);
    }
  }

  #region(expression: RegionExpression): BitMask {
    let region = this.#regions.get(expression.key);
    if (region === undefined) {
      region = this.#computeRegion(expression, () => this.#take(this.#regionBuffers));
      this.#regions.set(expression.key, region);
    }
    return region;
  }

  #computeRegion(expression: RegionExpression, take: TakeWords): BitMask {
    const grid = this.#grid;
    switch (expression.op) {
      case 'everywhere':
        return fullMask(grid, take);
      case 'valid':
        return unite(this.#label, grid, take);
      case 'within':
        return intersect(this.#region(expression.a), this.#region(expression.b), grid, take);
      case 'any-class': {
        const mask = exactMask(expression.a);
        const classes = this.#classes.map((_, c) => c).slice(expression.withoutBackground ? 1 : 0);
        return unite(
          classes.map((c) => this.#mask(mask, c)),
          grid,
          take,
        );
      }
    }
  }

  #take(owner: Int32Array[]): Int32Array {
    const words = this.#pool.take();
    owner.push(words);
    return words;
  }

  /** Gives the buffers of a class back; it is not asked for again. */
  forget(c: number): void {
    const { known, buffers } = this.#classes[c] as ClassMasks;
    known.clear();
    this.#pool.giveBack(buffers.splice(0));
  }

  /** Gives the regions' buffers back, after all classes. */
  release(): void {
    this.#regions.clear();
    this.#pool.giveBack(this.#regionBuffers.splice(0));
  }
}
