import type { Reach } from '@auto-seg-loss/kernel';
import type { MaskExpression, RegionExpression, SumExpression } from '../expression.ts';

/** A mask as the evaluator computes it: set operations without curves, and outlines spelled out. */
export type ExactMask =
  | { readonly op: 'prediction'; readonly key: string }
  | { readonly op: 'label'; readonly key: string }
  | { readonly op: 'and' | 'or' | 'minus'; readonly key: string; readonly a: ExactMask; readonly b: ExactMask }
  | {
      readonly op: 'erode';
      readonly key: string;
      readonly a: ExactMask;
      readonly radius: Reach;
      readonly outside: 0 | 1;
    }
  | { readonly op: 'dilate'; readonly key: string; readonly a: ExactMask; readonly tolerance: Reach };

/** A number of pixels, for each class. */
export interface ExactSum {
  /** Equal for sums of the same pixels, of whatever metric. */
  readonly key: string;
  readonly mask: ExactMask;
  /** Undefined where the mask lies inside the region anyway. */
  readonly region: RegionExpression | undefined;
}

export function exactSum({ mask, region }: SumExpression): ExactSum {
  const simplified = exactMask(mask);
  const always = region.op === 'everywhere' || (region.op === 'valid' && isInside(simplified, LABEL));
  return {
    key: `sum(${simplified.key},${always ? 'everywhere' : region.key})`,
    mask: simplified,
    region: always ? undefined : region,
  };
}

const LABEL: ExactMask = { op: 'label', key: 'label' };

/** On binary masks curves mean nothing, times is AND, and much of a formula falls together: p OR erode(p) is p. */
export function exactMask(expression: MaskExpression): ExactMask {
  switch (expression.op) {
    case 'prediction':
    case 'label':
      return { op: expression.op, key: expression.op };
    case 'and':
    case 'times':
      return intersection(exactMask(expression.a), exactMask(expression.b));
    case 'or':
      return union(exactMask(expression.a), exactMask(expression.b));
    case 'minus':
      return difference(exactMask(expression.a), exactMask(expression.b));
    case 'edge': {
      const a = exactMask(expression.a);
      return difference(a, erosion(a, 1, 1));
    }
    case 'erode':
      return erosion(exactMask(expression.a), expression.radius, expression.outside);
    case 'dilate': {
      const a = exactMask(expression.a);
      const { tolerance } = expression;
      return { op: 'dilate', key: `dilate(${a.key},${JSON.stringify(tolerance)})`, a, tolerance };
    }
  }
}

function intersection(a: ExactMask, b: ExactMask): ExactMask {
  if (isInside(a, b)) return a;
  if (isInside(b, a)) return b;
  return { op: 'and', key: `and(${a.key},${b.key})`, a, b };
}

function union(a: ExactMask, b: ExactMask): ExactMask {
  if (isInside(a, b)) return b;
  if (isInside(b, a)) return a;
  return { op: 'or', key: `or(${a.key},${b.key})`, a, b };
}

function difference(a: ExactMask, b: ExactMask): ExactMask {
  return { op: 'minus', key: `minus(${a.key},${b.key})`, a, b };
}

function erosion(a: ExactMask, radius: Reach, outside: 0 | 1): ExactMask {
  return { op: 'erode', key: `erode(${a.key},${JSON.stringify(radius)},${outside})`, a, radius, outside };
}

/** Whether a is inside b whatever the image: true where it is plain from how they are made. */
function isInside(a: ExactMask, b: ExactMask): boolean {
  if (a.key === b.key) return true;
  switch (a.op) {
    case 'prediction':
    case 'label':
    case 'dilate':
      return false;
    case 'and':
      return isInside(a.a, b) || isInside(a.b, b);
    case 'or':
      return isInside(a.a, b) && isInside(a.b, b);
    case 'minus':
    case 'erode':
      return isInside(a.a, b);
  }
}
