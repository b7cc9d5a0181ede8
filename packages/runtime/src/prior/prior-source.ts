import type { CurveSlot } from '@auto-seg-loss/formula';
import type { PluginUse, Surrogate } from '@auto-seg-loss/kernel';
import type { LossFileTerm } from '@auto-seg-loss/loss-file';

/** A prior as it was found, before it is brought into another search's space. */
export interface PriorSource {
  readonly metric: string;
  readonly dataset: string | null;
  /** What its curves are of; null where it has none. */
  readonly curves: PriorCurves | null;
  /** Losses that were tried, or found, as the terms of loss files. */
  readonly tried: readonly { readonly terms: readonly LossFileTerm[]; readonly reward: number | null }[];
}

export interface PriorCurves {
  /** Of the formula that they relax. */
  readonly slots: readonly CurveSlot[];
  /** The name of that formula's metric. */
  readonly formula: string;
  readonly surrogate: Surrogate;
  /** The surrogate as it was named. */
  readonly use: PluginUse;
}
