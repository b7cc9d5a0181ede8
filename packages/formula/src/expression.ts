import type { Reach } from '@auto-seg-loss/kernel';

/**
 * A metric's sums as expressions: what every interpreter walks over. Equal expressions are one object, so that an
 * interpreter computes each once, also across metrics.
 */
export type MaskExpression =
  | { readonly op: 'prediction'; readonly key: string; readonly soft: boolean }
  | { readonly op: 'label'; readonly key: string; readonly soft: boolean }
  | {
      readonly op: 'and' | 'or';
      readonly key: string;
      readonly soft: boolean;
      readonly a: MaskExpression;
      readonly b: MaskExpression;
      /** Indices into `Formula.slots`; undefined for a crisp input, which is taken as it is. */
      readonly curveA: number | undefined;
      readonly curveB: number | undefined;
    }
  | {
      readonly op: 'minus' | 'times';
      readonly key: string;
      readonly soft: boolean;
      readonly a: MaskExpression;
      readonly b: MaskExpression;
    }
  | { readonly op: 'edge'; readonly key: string; readonly soft: boolean; readonly a: MaskExpression }
  | {
      readonly op: 'erode';
      readonly key: string;
      readonly soft: boolean;
      readonly a: MaskExpression;
      readonly radius: Reach;
      readonly outside: 0 | 1;
    }
  | {
      readonly op: 'dilate';
      readonly key: string;
      readonly soft: boolean;
      readonly a: MaskExpression;
      readonly tolerance: Reach;
    };

export type RegionExpression =
  | { readonly op: 'valid' | 'everywhere'; readonly key: string }
  | { readonly op: 'any-class'; readonly key: string; readonly a: MaskExpression; readonly withoutBackground: boolean }
  | { readonly op: 'within'; readonly key: string; readonly a: RegionExpression; readonly b: RegionExpression };

/** Σ over the region's pixels, for each class. */
export interface SumExpression {
  readonly key: string;
  readonly mask: MaskExpression;
  readonly region: RegionExpression;
  /** All images together, or each for itself. */
  readonly of: 'data set' | 'image';
}

/** A relaxed operation's soft input: each takes a curve of its own. */
export interface CurveSlot {
  /** The operation's name, with `.a` or `.b` where both inputs are soft. The name of the curve in loss files. */
  readonly name: string;
  readonly operation: 'and' | 'or';
}

/** A metric after its dry run. */
export interface Formula {
  readonly sums: Readonly<Record<string, SumExpression>>;
  /** In order of appearance: the order of the curves in θ and in loss files. */
  readonly slots: readonly CurveSlot[];
}
