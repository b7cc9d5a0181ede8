/** One training step of a network, measured; the same for PyTorch's process and for ours. */
export interface StepSettings {
  readonly network: StepNetwork;
  /** cross-entropy, or published:miou. */
  readonly loss: string;
  /** Of the images. */
  readonly height: number;
  readonly width: number;
  readonly batch: number;
  readonly classes: number;
  /** A sample is the mean of this many steps; the first sample of a process does not count. */
  readonly steps: number;
  readonly samples: number;
}

/** A network plugin with its options; all that PyTorch's side needs are given. */
export type StepNetwork =
  | { readonly use: 'deeplab-lite'; readonly options: { readonly width: number } }
  | { readonly use: 'deeplabv3plus'; readonly options: Readonly<Record<string, unknown>> };

/** What a process has measured. */
export interface StepMeasurement {
  /** Of a step, for each sample: processor time, which what else runs on the machine disturbs less. */
  readonly milliseconds: readonly number[];
  /** How many the network has: both must be the same network. */
  readonly parameters: number;
  /** What the whole process took at most. */
  readonly megabytes: number;
}
