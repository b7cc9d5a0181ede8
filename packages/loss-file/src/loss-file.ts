import type { Json, PluginUse, Point } from '@auto-seg-loss/kernel';

/** A loss, as `loss.json` holds it: the sum of its terms. */
export interface LossFile {
  /** At least one. */
  readonly terms: readonly LossFileTerm[];
  /** The point of the unit cube that decodes to the terms; hand-made losses have none. */
  readonly theta?: readonly number[];
  /** What the loss reached where it was found; its `metric` says which one the loss was searched for. */
  readonly reward?: Readonly<Record<string, Json>>;
  /** How it was found: searcher, seed, round, trial, proxy task. */
  readonly found?: Readonly<Record<string, Json>>;
  /** SHA-256 of the canonical JSON of everything else; without it the file counts as hand-made. */
  readonly sha256?: string;
}

export type LossFileTerm = CurvesTerm | HandMadeTerm;

/** weight · (1 − metric), with curves in place of the metric's logic, on softmax(logits / temperature). */
export interface CurvesTerm {
  /** Above 0. */
  readonly weight: number;
  /** What the logits are divided by, from 0.001 to 1000: probabilities are softer above 1, and harder below. */
  readonly temperature: number;
  /** How classes that are absent from a batch count. */
  readonly absent: 'zero' | 'skip';
  /** The metric whose formula the curves relax. */
  readonly metric: PluginUse;
  readonly surrogate: PluginUse;
  readonly constraints: readonly PluginUse[];
  /** One for each relaxed operation's soft input, in the order of the metric's formula. */
  readonly curves: readonly NamedCurve[];
}

/** weight · a loss plugin's value. */
export interface HandMadeTerm {
  /** Above 0. */
  readonly weight: number;
  readonly loss: PluginUse;
}

/** Control points of a curve, from left to right, both ends included. */
export interface NamedCurve {
  readonly name: string;
  readonly points: readonly Point[];
}

export function isCurvesTerm(term: LossFileTerm): term is CurvesTerm {
  return 'curves' in term;
}

/** The curves of a loss that is nothing besides, as the format of single losses can say it; undefined for any other. */
export function plainCurves({ terms }: LossFile): CurvesTerm | undefined {
  const [term, ...more] = terms;
  if (term === undefined || more.length > 0 || !isCurvesTerm(term)) return undefined;
  return term.weight === 1 && term.temperature === 1 ? term : undefined;
}
