/** One training step of deeplab-lite, measured; the same for PyTorch's process and for ours. */
export interface StepSettings {
  /** cross-entropy, or published:miou. */
  readonly loss: string;
  /** Of the images. */
  readonly height: number;
  readonly width: number;
  readonly batch: number;
  readonly classes: number;
  /** Channels of the network's first features. */
  readonly channels: number;
  /** A sample is the mean of this many steps; the first sample of a process does not count. */
  readonly steps: number;
  readonly samples: number;
}

/** What a process has measured. */
export interface StepMeasurement {
  /** Of a step, for each sample. */
  readonly milliseconds: readonly number[];
  /** How many the network has: both must be the same network. */
  readonly parameters: number;
}
