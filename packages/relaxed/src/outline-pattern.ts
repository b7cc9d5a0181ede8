import type { MaskExpression, SumExpression } from '@auto-seg-loss/formula';

type Logical = Extract<MaskExpression, { op: 'and' | 'or' }>;
type Dilation = Extract<MaskExpression, { op: 'dilate' }>;

/** A soft outline, OR(p, erode p) - AND(p, erode p). */
export interface OutlineExpression {
  readonly key: string;
  readonly or: Logical;
  readonly and: Logical;
}

/** What a sum is in F1 of outlines. */
export type OutlineRole =
  | { readonly kind: 'hits' | 'found'; readonly outline: OutlineExpression; readonly tolerance: Dilation['tolerance'] }
  | { readonly kind: 'drawn'; readonly outline: OutlineExpression }
  | { readonly kind: 'truth' };

/** The role of a sum over all pixels in F1 of outlines, written as in metric-bf1; undefined for any other sum. */
export function outlineRole({ mask, region }: SumExpression): OutlineRole | undefined {
  if (region.op !== 'everywhere') return undefined;
  if (isLabelEdge(mask)) return { kind: 'truth' };
  const drawn = asOutline(mask);
  if (drawn !== undefined) return { kind: 'drawn', outline: drawn };
  if (mask.op !== 'times') return undefined;
  const { a, b } = mask;
  const near = asOutline(a);
  if (near !== undefined && isLabelOutline(b)) return { kind: 'hits', outline: near, tolerance: b.tolerance };
  if (a.op !== 'dilate' || !isLabelEdge(b)) return undefined;
  const dilated = asOutline(a.a);
  return dilated && { kind: 'found', outline: dilated, tolerance: a.tolerance };
}

/** dilate(edge(label)) */
export function isLabelOutline(mask: MaskExpression): mask is Dilation {
  return mask.op === 'dilate' && isLabelEdge(mask.a);
}

function isLabelEdge(mask: MaskExpression): boolean {
  return mask.op === 'edge' && mask.a.op === 'label';
}

function asOutline(mask: MaskExpression): OutlineExpression | undefined {
  if (mask.op !== 'minus' || mask.a.op !== 'or' || mask.b.op !== 'and') return undefined;
  const { key, a: or, b: and } = mask;
  return takesErosion(or) && takesErosion(and) ? { key, or, and } : undefined;
}

/** Whether it is of the prediction and its erosion by one pixel that does not see the border. */
function takesErosion({ a, b }: Logical): boolean {
  return a.op === 'prediction' && b.op === 'erode' && b.a.op === 'prediction' && b.radius === 1 && b.outside === 1;
}
