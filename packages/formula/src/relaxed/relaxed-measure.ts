import { dilate, erode3x3, hasLogicalSums, logicalSums, oneHotLabels, softmax } from '@auto-seg-loss/engine';
import type { Curve } from '@auto-seg-loss/kernel';
import {
  add,
  matMul,
  max,
  mul,
  ones,
  reshape,
  slice,
  sub,
  sum,
  type Tensor1D,
  type Tensor2D,
  type Tensor3D,
  type Tensor4D,
} from '@tensorflow/tfjs-core';
import type { MaskExpression, RegionExpression, SumExpression } from '../expression.ts';
import { applyCurve, packCurve } from './curve-tensor.ts';
import { intersectionSums, unionSums } from './logical-sums.ts';

/** AND or OR of prediction and label: what the metrics of regions are made of. */
type LogicalSum = SumExpression & { readonly mask: Extract<MaskExpression, { op: 'and' | 'or' }> };

function isLogicalSum(sum: SumExpression): sum is LogicalSum {
  const { mask } = sum;
  return (mask.op === 'and' || mask.op === 'or') && mask.a.op === 'prediction' && mask.b.op === 'label';
}

/** The relaxed interpreter of a batch: evaluates expressions on soft masks, each once. Call its methods inside a tidy. */
export class RelaxedMeasure {
  readonly #logits: Tensor4D;
  readonly #labels: Tensor3D;
  readonly #curves: readonly Curve[];
  readonly #masks = new Map<string, Tensor4D>();
  readonly #regions = new Map<string, Tensor2D>();
  readonly #sums = new Map<string, Tensor1D>();

  /**
   * @param logits [n, h, w, c]. @param labels [n, h, w] int32; outside [0, c) is ignored.
   * @param curves one for each slot of the formula.
   */
  constructor(logits: Tensor4D, labels: Tensor3D, curves: readonly Curve[]) {
    this.#logits = logits;
    this.#labels = labels;
    this.#curves = curves;
  }

  /** How many valid pixels each class has. [c] */
  labelCounts(): Tensor1D {
    return sum(this.#label, [0, 1, 2]);
  }

  /** The sums by name, each [c]. */
  sums(expressions: Readonly<Record<string, SumExpression>>): Record<string, Tensor1D> {
    if (hasLogicalSums()) this.#fuse(Object.values(expressions).filter(isLogicalSum));
    return Object.fromEntries(Object.entries(expressions).map(([name, expression]) => [name, this.#sum(expression)]));
  }

  /** AND and OR over the same region in one native operation. */
  #fuse(logical: readonly LogicalSum[]): void {
    for (const region of new Map(logical.map((sum) => [sum.region.key, sum.region])).values()) {
      const here = logical.filter((sum) => sum.region.key === region.key);
      const packed = here.map((sum) => packCurve(this.#curve(sum.mask.curveA)));
      const and = here.findIndex((sum) => sum.mask.op === 'and');
      const or = here.findIndex((sum) => sum.mask.op === 'or');
      // A curve without pieces, or a second operation of the same kind, takes the composed way.
      if (here.length > 2 || packed.includes(undefined) || (here.length === 2 && (and < 0 || or < 0))) continue;
      const pixels = reshape(this.#region(region), [-1]) as Tensor1D;
      const flat = this.#flat(this.#logits);
      const fused = logicalSums(flat, reshape(this.#labels, [-1]), pixels, { and: packed[and], or: packed[or] });
      for (const expression of here) this.#sums.set(expression.key, fused[expression.mask.op]);
    }
  }

  #sum(expression: SumExpression): Tensor1D {
    const fused = this.#sums.get(expression.key);
    if (fused !== undefined) return fused;
    const region = this.#region(expression.region);
    if (!isLogicalSum(expression)) return reshape(matMul(region, this.#flat(this.#mask(expression.mask))), [-1]);
    const sums = expression.mask.op === 'and' ? intersectionSums : unionSums;
    const pixels = { label: this.#flat(this.#label), region };
    return sums(this.#flat(this.#prediction), pixels, this.#curve(expression.mask.curveA));
  }

  /** Probabilities, [n, h, w, c]. */
  get #prediction(): Tensor4D {
    return this.#once('prediction', () => softmax(this.#logits));
  }

  /** One-hot, [n, h, w, c]. */
  get #label(): Tensor4D {
    return this.#once('label', () => oneHotLabels(this.#labels, this.#logits.shape[3]));
  }

  #once(key: string, make: () => Tensor4D): Tensor4D {
    const mask = this.#masks.get(key) ?? make();
    this.#masks.set(key, mask);
    return mask;
  }

  /** [N, c] for the N pixels of the batch */
  #flat(mask: Tensor4D): Tensor2D {
    return reshape(mask, [-1, mask.shape[3]]);
  }

  #curve(slot: number | undefined): Curve {
    return this.#curves[slot as number] as Curve;
  }

  /** [n, h, w, c] */
  #mask(expression: MaskExpression): Tensor4D {
    return this.#once(expression.key, () => this.#compute(expression));
  }

  #compute(expression: MaskExpression): Tensor4D {
    switch (expression.op) {
      case 'prediction':
        return this.#prediction;
      case 'label':
        return this.#label;
      case 'and':
      case 'or': {
        const a = this.#relaxed(expression.a, expression.curveA);
        const b = this.#relaxed(expression.b, expression.curveB);
        const product: Tensor4D = mul(a, b);
        return expression.op === 'and' ? product : sub(add<Tensor4D>(a, b), product);
      }
      case 'minus':
        return sub(this.#mask(expression.a), this.#mask(expression.b));
      case 'times':
        return mul(this.#mask(expression.a), this.#mask(expression.b));
      case 'erode':
        return erode3x3(this.#mask(expression.a));
      case 'edge':
        return sub(this.#mask(expression.a), erode3x3(this.#mask(expression.a)));
      case 'dilate':
        return dilate(this.#mask(expression.a), expression.tolerance);
    }
  }

  /** An input of a named operation: through its curve if it depends on the prediction. */
  #relaxed(expression: MaskExpression, slot: number | undefined): Tensor4D {
    const mask = this.#mask(expression);
    return slot === undefined ? mask : applyCurve(mask, this.#curve(slot));
  }

  /** [1, N] */
  #region(expression: RegionExpression): Tensor2D {
    let region = this.#regions.get(expression.key);
    if (region === undefined) {
      region = this.#computeRegion(expression);
      this.#regions.set(expression.key, region);
    }
    return region;
  }

  #computeRegion(expression: RegionExpression): Tensor2D {
    const [n, h, w, c] = this.#logits.shape;
    switch (expression.op) {
      case 'everywhere':
        return ones([1, n * h * w]);
      case 'valid':
        return reshape(sum(this.#label, 3), [1, -1]);
      case 'within':
        return mul(this.#region(expression.a), this.#region(expression.b));
      case 'any-class': {
        const mask = this.#mask(expression.a);
        if (!expression.withoutBackground) return reshape(max(mask, 3), [1, -1]);
        if (c === 1) return mul(ones([1, n * h * w]), 0);
        return reshape(max(slice(mask, [0, 0, 0, 1], [n, h, w, c - 1]), 3), [1, -1]);
      }
    }
  }
}
