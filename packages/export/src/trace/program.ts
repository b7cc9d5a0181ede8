import type { SumExpression } from '@auto-seg-loss/formula';
import type { Piece } from '@auto-seg-loss/kernel';

/** A metric's loss after its dry run: what source code is written of. Equal nodes are one object. */
export interface Program {
  /** The metric's name. */
  readonly metric: string;
  /** What logits are divided by before the softmax. */
  readonly temperature: number;
  readonly curves: readonly NamedPieces[];
  readonly sums: readonly NamedSum[];
  readonly score: Score;
}

/** A curve: g(p) in place of p. */
export interface NamedPieces {
  /** The relaxed operation's name, with `.a` or `.b` where both inputs are soft. */
  readonly name: string;
  /** Covering [0, 1] from left to right. */
  readonly pieces: readonly Piece[];
}

export interface NamedSum {
  /** The author's. */
  readonly name: string;
  readonly expression: SumExpression;
}

/** A number for each class, [1, c]; or for each image and class, [n, c]. */
export type Row =
  | { readonly op: 'sum'; readonly key: string; readonly name: string }
  | { readonly op: 'ratio' | 'harmonic' | 'plus' | 'minus'; readonly key: string; readonly a: Row; readonly b: Row }
  | { readonly op: 'scale'; readonly key: string; readonly factor: number; readonly a: Row }
  | { readonly op: 'scale-classes'; readonly key: string; readonly factors: readonly number[]; readonly a: Row }
  | { readonly op: 'clamp'; readonly key: string; readonly a: Row; readonly low: number; readonly high: number }
  | { readonly op: 'mean-of-images'; readonly key: string; readonly a: Row; readonly weight: Weight | undefined };

/** How much each class counts in a mean, in the shape of a row; 0 and 1 where it only says which do. */
export type Weight =
  /** 1 where the row is above 0. */
  | { readonly op: 'above-zero'; readonly key: string; readonly a: Row }
  /** 0 for class 0, else 1. */
  | { readonly op: 'foreground'; readonly key: string }
  | { readonly op: 'row'; readonly key: string; readonly a: Row }
  | { readonly op: 'both'; readonly key: string; readonly a: Weight; readonly b: Weight }
  /** 1 where any image has a weight above 0. */
  | { readonly op: 'any-image'; readonly key: string; readonly a: Weight };

/** One number. */
export type Score =
  | { readonly op: 'mean'; readonly key: string; readonly a: Row; readonly weight: Weight | undefined }
  | {
      readonly op: 'combine';
      readonly key: string;
      /** The weights add up to 1. */
      readonly parts: readonly { readonly score: Score; readonly weight: number }[];
    };
