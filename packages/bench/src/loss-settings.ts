import type { Samples } from './samples.ts';

/** Forward and backward passes of losses on one batch, measured; the same for PyTorch's process and for ours. */
export interface LossSettings {
  /** As the command line takes them. */
  readonly losses: readonly string[];
  readonly batch: number;
  readonly height: number;
  readonly width: number;
  readonly classes: number;
  /** Float32, [batch, height, width, classes]. */
  readonly logits: string;
  /** One byte each, [batch, height, width]. */
  readonly labels: string;
  /** Of each loss; one more goes before them and does not count. */
  readonly samples: number;
}

/** What a process has measured, by loss; without those that it cannot compute. */
export type LossMeasurements = Readonly<Record<string, LossMeasurement>>;

/** Milliseconds of processor time for a forward and a backward pass: time spent waiting for the processor does not count. */
export interface LossMeasurement extends Samples {
  /** The loss, which must be the same for both. */
  readonly value: number;
}
