import { dilate, erode3x3, oneHotLabels } from '@auto-seg-loss/engine';
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
import { applyCurve } from './curve-tensor.ts';
import { intersectionSums, unionSums } from './logical-sums.ts';

/** The relaxed interpreter of a batch: evaluates expressions on soft masks, each once. Call its methods inside a tidy. */
export class RelaxedMeasure {
  readonly #prediction: Tensor4D;
  readonly #label: Tensor4D;
  readonly #curves: readonly Curve[];
  readonly #masks = new Map<string, Tensor4D>();
  readonly #regions = new Map<string, Tensor2D>();

  /**
   * @param prediction probabilities, [n, h, w, c]. @param labels [n, h, w] int32; outside [0, c) is ignored.
   * @param curves one for each slot of the formula.
   */
  constructor(prediction: Tensor4D, labels: Tensor3D, curves: readonly Curve[]) {
    this.#prediction = prediction;
    this.#label = oneHotLabels(labels, prediction.shape[3]);
    this.#curves = curves;
  }

  /** How many valid pixels each class has. [c] */
  labelCounts(): Tensor1D {
    return sum(this.#label, [0, 1, 2]);
  }

  /** [c] */
  sum({ mask, region }: SumExpression): Tensor1D {
    const pixels = { label: this.#flat(this.#label), region: this.#region(region) };
    if ((mask.op === 'and' || mask.op === 'or') && mask.a.op === 'prediction' && mask.b.op === 'label') {
      const sums = mask.op === 'and' ? intersectionSums : unionSums;
      return sums(this.#flat(this.#prediction), pixels, this.#curve(mask.curveA));
    }
    return reshape(matMul(pixels.region, this.#flat(this.#mask(mask))), [-1]);
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
    let mask = this.#masks.get(expression.key);
    if (mask === undefined) {
      mask = this.#compute(expression);
      this.#masks.set(expression.key, mask);
    }
    return mask;
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
    const [n, h, w, c] = this.#prediction.shape;
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
