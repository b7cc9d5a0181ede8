import { type Reach, type Window, windowOf } from '@auto-seg-loss/kernel';
import type { RegionExpression } from '../expression.ts';
import { type BitMask, type Buffers, fullMask, type Grid, intersect, unite, without } from './bit-mask.ts';
import { countIn, countInAll, countInBoth } from './count-pixels.ts';
import { type ExactMask, type ExactSum, exactMask } from './exact-expression.ts';
import { intersectDilated, isNear } from './intersect-dilated.ts';
import { MaskLoan, type MaskPool } from './mask-pool.ts';
import { dilate, erode } from './morphology.ts';

/** What was computed for one class, and the buffers that it lies in. */
interface ClassMasks {
  readonly known: Map<string, BitMask>;
  readonly loan: MaskLoan;
}

interface TwoMasks {
  readonly a: ExactMask;
  readonly b: ExactMask;
}

/** One image's masks, each computed when first asked for and kept until `forget`. */
export class ImageMasks {
  readonly #grid: Grid;
  readonly #label: readonly BitMask[];
  readonly #classes: readonly ClassMasks[];
  readonly #regions = new Map<string, BitMask>();
  readonly #regionLoan: MaskLoan;

  /** @param prediction and @param label a mask for each class, taken from the pool; they go back with their class. */
  constructor(prediction: readonly BitMask[], label: readonly BitMask[], grid: Grid, pool: MaskPool) {
    this.#grid = grid;
    this.#label = label;
    this.#regionLoan = new MaskLoan(pool);
    this.#classes = prediction.map((mask, c) => {
      const masks = { prediction: mask, label: label[c] ?? null };
      const loan = new MaskLoan(pool);
      loan.adopt(masks.prediction);
      loan.adopt(masks.label);
      return { known: new Map(Object.entries(masks)), loan };
    });
  }

  /** Number of pixels of class c. */
  count({ mask, region }: ExactSum, c: number): number {
    const counted = region === undefined ? undefined : this.#region(region);
    const size = (a: BitMask): number => (counted === undefined ? countIn(a) : countInBoth(a, counted));
    const sizeOfBoth = (a: BitMask, b: BitMask): number =>
      counted === undefined ? countInBoth(a, b) : countInAll(a, b, counted);
    // Counting what is in both, or in either, needs no mask of that.
    if (mask.op === 'or' || (mask.op === 'and' && !hasWindow(mask))) {
      const a = this.#mask(mask.a, c);
      const b = this.#mask(mask.b, c);
      const both = sizeOfBoth(a, b);
      return mask.op === 'and' ? both : size(a) + size(b) - both;
    }
    return size(this.#mask(mask, c));
  }

  #mask(expression: ExactMask, c: number): BitMask {
    const { known, loan } = this.#classes[c] as ClassMasks;
    let mask = known.get(expression.key);
    if (mask === undefined) {
      mask = this.#compute(expression, c, loan);
      known.set(expression.key, mask);
    }
    return mask;
  }

  #compute(expression: ExactMask, c: number, buffers: Buffers): BitMask {
    // Stryker disable next-line all: never so, but the compiler has to be told
    if (expression.op === 'prediction' || expression.op === 'label') throw new TypeError('packed masks are known');
    switch (expression.op) {
      case 'and':
        return this.#intersection(expression, c, buffers);
      case 'or':
        return unite([this.#mask(expression.a, c), this.#mask(expression.b, c)], buffers);
      case 'minus':
        return this.#difference(expression, c, buffers);
      case 'erode': {
        const window = this.#window(expression.radius);
        return erode(this.#mask(expression.a, c), window, expression.outside, this.#grid, buffers);
      }
      case 'dilate':
        return dilate(this.#mask(expression.a, c), this.#window(expression.tolerance), this.#grid, buffers);
    }
  }

  /** Where one of the two is dilated, a little and for this alone, it need not be dilated everywhere. */
  #intersection({ a, b }: TwoMasks, c: number, buffers: Buffers): BitMask {
    const [plain, dilated] = a.op === 'dilate' ? [b, a] : [a, b];
    if (dilated.op === 'dilate') {
      const window = this.#window(dilated.tolerance);
      if (isNear(window)) {
        return intersectDilated(this.#mask(plain, c), this.#mask(dilated.a, c), window, this.#grid, buffers);
      }
    }
    return intersect(this.#mask(a, c), this.#mask(b, c), buffers);
  }

  /** What is eroded away is an outline, for which alone the erosion was made: it need not be kept. */
  #difference({ a, b }: TwoMasks, c: number, buffers: Buffers): BitMask {
    const whole = this.#mask(a, c);
    if (b.op !== 'erode' || this.#classes[c]?.known.has(b.key) === true) {
      return without(whole, this.#mask(b, c), buffers);
    }
    const eroded = this.#compute(b, c, buffers);
    const outline = without(whole, eroded, buffers);
    // Over a window of one pixel, it is no mask of its own.
    if (eroded !== null && eroded !== this.#mask(b.a, c)) buffers.giveBack(eroded);
    return outline;
  }

  #region(expression: RegionExpression): BitMask {
    let region = this.#regions.get(expression.key);
    if (region === undefined) {
      region = this.#computeRegion(expression, this.#regionLoan);
      this.#regions.set(expression.key, region);
    }
    return region;
  }

  #computeRegion(expression: RegionExpression, buffers: Buffers): BitMask {
    switch (expression.op) {
      case 'everywhere':
        return fullMask(this.#grid, buffers);
      case 'valid':
        return unite(this.#label, buffers);
      case 'within':
        return intersect(this.#region(expression.a), this.#region(expression.b), buffers);
      case 'any-class':
        return this.#anyClass(exactMask(expression.a), expression.withoutBackground, buffers);
    }
  }

  #anyClass(mask: ExactMask, withoutBackground: boolean, buffers: Buffers): BitMask {
    // What is near any of several masks is near all of them together: one dilation does for all classes.
    if (mask.op === 'dilate') {
      const near = this.#anyClass(mask.a, withoutBackground, buffers);
      return dilate(near, this.#window(mask.tolerance), this.#grid, buffers);
    }
    const classes = this.#classes.map((_, c) => c).slice(withoutBackground ? 1 : 0);
    return unite(
      classes.map((c) => this.#mask(mask, c)),
      buffers,
    );
  }

  #window(reach: Reach): Window {
    return windowOf(reach, this.#grid.height, this.#grid.width);
  }

  /** Gives the buffers of a class back; it is not asked for again. */
  forget(c: number): void {
    const { known, loan } = this.#classes[c] as ClassMasks;
    known.clear();
    loan.end();
  }

  /** Gives the regions' buffers back, after all classes. */
  release(): void {
    this.#regions.clear();
    this.#regionLoan.end();
  }
}

function hasWindow({ a, b }: TwoMasks): boolean {
  return a.op === 'dilate' || b.op === 'dilate';
}
