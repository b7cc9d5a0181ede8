import type { MaskExpression, RegionExpression, SumExpression } from '@auto-seg-loss/formula';
import { type Curve, type Reach, type Window, windowOf } from '@auto-seg-loss/kernel';
import {
  dilate,
  erode,
  hasLogicalSums,
  hasOutlineSums,
  labelTrimap,
  logicalSums,
  type OutlineSums,
  oneHotLabels,
  outlineSums,
  softmax,
} from '@auto-seg-loss/ops';
import {
  add,
  cast,
  greaterEqual,
  less,
  logicalAnd,
  max,
  mul,
  ones,
  reshape,
  type Scalar,
  slice,
  split,
  stack,
  sub,
  sum,
  type Tensor,
  type Tensor1D,
  type Tensor2D,
  type Tensor3D,
  type Tensor4D,
  zeros,
} from '@tensorflow/tfjs-core';
import { applyCurveByPieces } from './curve-parameters.ts';
import { applyCurve, packCurve } from './curve-tensor.ts';
import { intersectionSums, unionSums } from './logical-sums.ts';
import { isLabelOutline, type OutlineExpression, outlineRole } from './outline-pattern.ts';
import { pixelSums } from './pixel-sums.ts';

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
  readonly #pieces: readonly Tensor2D[] | undefined;
  readonly #masks = new Map<string, Tensor4D>();
  readonly #regions = new Map<string, Tensor1D>();
  readonly #sums = new Map<string, Tensor2D>();

  /**
   * @param logits [n, h, w, c]. @param labels [n, h, w] int32; outside [0, c) is ignored.
   * @param curves one for each slot of the formula.
   * @param pieces of the curves, where sums are to be differentiable by them: no sum is then fused.
   */
  constructor(logits: Tensor4D, labels: Tensor3D, curves: readonly Curve[], pieces?: readonly Tensor2D[]) {
    this.#logits = logits;
    this.#labels = labels;
    this.#curves = curves;
    this.#pieces = pieces;
  }

  /** How many valid pixels each class has. [1, c] */
  labelCounts(): Tensor2D {
    return reshape(sum(this.#label, [0, 1, 2]), [1, -1]);
  }

  /** 1 if there is a valid pixel, else 0. */
  hasLabels(): Scalar {
    return max(this.#region({ op: 'valid', key: 'valid' }));
  }

  /** The sums by name: [1, c] of the batch, [n, c] of its images. */
  sums(expressions: Readonly<Record<string, SumExpression>>): Record<string, Tensor2D> {
    const fused = this.#pieces === undefined;
    if (fused && hasLogicalSums()) this.#fuse(Object.values(expressions).filter(isLogicalSum));
    if (fused && hasOutlineSums()) this.#fuseOutlines(Object.values(expressions));
    return Object.fromEntries(Object.entries(expressions).map(([name, expression]) => [name, this.#sum(expression)]));
  }

  /** AND and OR of the same pixels in one native operation. */
  #fuse(logical: readonly LogicalSum[]): void {
    const distinct = new Map(logical.map((sum) => [sum.key, sum])).values();
    const byPixels = new Map<string, { and: LogicalSum[]; or: LogicalSum[] }>();
    for (const sum of distinct) {
      // A curve without pieces takes the composed way.
      if (packCurve(this.#curve(sum.mask.curveA)) === undefined) continue;
      const pixels = `${sum.region.key},${sum.of}`;
      const group = byPixels.get(pixels) ?? { and: [], or: [] };
      byPixels.set(pixels, group);
      group[sum.mask.op].push(sum);
    }
    for (const { and, or } of byPixels.values()) {
      for (let pair = 0; pair < Math.max(and.length, or.length); pair++) this.#fusePair(and[pair], or[pair]);
    }
  }

  #fusePair(and: LogicalSum | undefined, or: LogicalSum | undefined): void {
    const { region, of } = (and ?? or) as LogicalSum;
    const packed = (sum: LogicalSum | undefined) =>
      sum === undefined ? undefined : packCurve(this.#curve(sum.mask.curveA));
    const groups = this.#groups(of);
    const parts = <T extends Tensor>(tensor: T): T[] => (groups === 1 ? [tensor] : split(tensor, groups));
    const labels = parts(this.#labels);
    const pixels = parts(this.#region(region));
    const sums = parts(this.#logits).map((x, group) =>
      logicalSums(reshape(x, [-1, x.shape[3]]), reshape(labels[group] as Tensor3D, [-1]), pixels[group] as Tensor1D, {
        and: packed(and),
        or: packed(or),
      }),
    );
    if (and !== undefined) this.#sums.set(and.key, stack(sums.map((each) => each.and)) as Tensor2D);
    if (or !== undefined) this.#sums.set(or.key, stack(sums.map((each) => each.or)) as Tensor2D);
  }

  /** The sums of F1 of outlines in one native operation for each outline and tolerance. */
  #fuseOutlines(expressions: readonly SumExpression[]): void {
    const roles = expressions.flatMap((expression) => {
      const role = outlineRole(expression);
      return role === undefined ? [] : [{ expression, role }];
    });
    const fused: { readonly outline: string; readonly tolerance: number; readonly sums: OutlineSums }[] = [];
    for (const { role } of roles) {
      if (role.kind !== 'found') continue;
      const { key: outline } = role.outline;
      const tolerance = this.#window(role.tolerance);
      if (typeof tolerance !== 'number') continue;
      if (fused.some((each) => each.outline === outline && each.tolerance === tolerance)) continue;
      const sums = this.#outlineSums(role.outline, tolerance);
      if (sums !== undefined) fused.push({ outline, tolerance, sums });
    }
    for (const { expression, role } of roles) {
      const match = fused.find(
        ({ outline, tolerance }) =>
          (role.kind === 'truth' || role.outline.key === outline) &&
          (!('tolerance' in role) || this.#window(role.tolerance) === tolerance),
      );
      if (match === undefined) continue;
      const ofImages = match.sums[role.kind];
      this.#sums.set(expression.key, expression.of === 'image' ? ofImages : sum(ofImages, 0, true));
    }
  }

  /** Undefined for a curve without pieces, which takes the composed way. */
  #outlineSums({ and, or }: OutlineExpression, tolerance: number): OutlineSums | undefined {
    const [andPrediction, andErosion, orPrediction, orErosion] = [and.curveA, and.curveB, or.curveA, or.curveB].map(
      (slot) => packCurve(this.#curve(slot)),
    );
    if (!andPrediction || !andErosion || !orPrediction || !orErosion) return undefined;
    const curves = { andPrediction, andErosion, orPrediction, orErosion };
    return outlineSums(this.#logits, this.#labels, tolerance, curves);
  }

  #sum(expression: SumExpression): Tensor2D {
    const known = this.#sums.get(expression.key);
    if (known !== undefined) return known;
    const sums = this.#computeSum(expression);
    this.#sums.set(expression.key, sums);
    return sums;
  }

  #computeSum(expression: SumExpression): Tensor2D {
    const groups = this.#groups(expression.of);
    const region = reshape(this.#region(expression.region), [groups, 1, -1]) as Tensor3D;
    const grouped = (mask: Tensor4D) => reshape(mask, [groups, -1, mask.shape[3]]) as Tensor3D;
    if (this.#pieces !== undefined || !isLogicalSum(expression))
      return pixelSums(region, grouped(this.#mask(expression.mask)));
    const sums = expression.mask.op === 'and' ? intersectionSums : unionSums;
    return sums(
      grouped(this.#prediction),
      { label: grouped(this.#label), region },
      this.#curve(expression.mask.curveA),
    );
  }

  /** How many groups of pixels have sums of their own. */
  #groups(of: SumExpression['of']): number {
    return of === 'image' ? this.#logits.shape[0] : 1;
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
        return erode(this.#mask(expression.a), this.#window(expression.radius), expression.outside);
      case 'edge':
        return sub(this.#mask(expression.a), erode(this.#mask(expression.a), 1, 1));
      case 'dilate':
        return dilate(this.#mask(expression.a), this.#window(expression.tolerance));
    }
  }

  /** An input of a named operation: through its curve if it depends on the prediction. */
  #relaxed(expression: MaskExpression, slot: number | undefined): Tensor4D {
    const mask = this.#mask(expression);
    if (slot === undefined) return mask;
    const pieces = this.#pieces?.[slot];
    return pieces === undefined
      ? applyCurve(mask, this.#curve(slot))
      : applyCurveByPieces(mask, pieces, this.#curve(slot));
  }

  #window(reach: Reach): Window {
    const [, height, width] = this.#logits.shape;
    return windowOf(reach, height, width);
  }

  /** [N] for the N pixels of the batch. */
  #region(expression: RegionExpression): Tensor1D {
    let region = this.#regions.get(expression.key);
    if (region === undefined) {
      region = this.#computeRegion(expression);
      this.#regions.set(expression.key, region);
    }
    return region;
  }

  #computeRegion(expression: RegionExpression): Tensor1D {
    const [n, h, w, c] = this.#logits.shape;
    switch (expression.op) {
      case 'everywhere':
        return ones([n * h * w]);
      case 'valid':
        return this.#valid();
      case 'within':
        return mul(this.#region(expression.a), this.#region(expression.b));
      case 'any-class': {
        const { a, withoutBackground } = expression;
        if (hasOutlineSums() && isLabelOutline(a)) {
          const tolerance = this.#window(a.tolerance);
          if (typeof tolerance === 'number') {
            return labelTrimap(this.#labels, { classes: c, tolerance, withoutBackground });
          }
        }
        const mask = this.#mask(expression.a);
        if (!expression.withoutBackground) return reshape(max(mask, 3), [-1]);
        if (c === 1) return zeros([n * h * w]);
        return reshape(max(slice(mask, [0, 0, 0, 1], [n, h, w, c - 1]), 3), [-1]);
      }
    }
  }

  #valid(): Tensor1D {
    const inside = logicalAnd(greaterEqual(this.#labels, 0), less(this.#labels, this.#logits.shape[3]));
    return reshape(cast(inside, 'float32'), [-1]);
  }
}
