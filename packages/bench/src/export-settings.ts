import type { LossSettings } from './loss-settings.ts';

/** Exported losses on one batch: forward and backward, in PyTorch. */
export interface ExportSettings extends Omit<LossSettings, 'losses'> {
  /** `published:miou`, … or `cross-entropy`. */
  readonly loss: string;
  /** The exported file, and the class in it. */
  readonly file: string;
  readonly name: string;
  readonly as: 'plain' | 'exported' | 'compiled';
}

export interface ExportMeasurement {
  /** Of processor time, for each sample. */
  readonly milliseconds: readonly number[];
  readonly value: number;
  /** The most bytes that tensors had at one time, the logits' own among them. */
  readonly allocated: number;
  /** Bytes by which the process grew at its peak, with what the C library keeps of what was given back. */
  readonly process: number;
}
