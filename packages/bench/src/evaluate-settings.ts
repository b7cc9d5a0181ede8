/** An evaluation of one image, measured; the same for NumPy's process and for ours. */
export interface EvaluateSettings {
  readonly metrics: readonly string[];
  readonly height: number;
  readonly width: number;
  readonly classes: number;
  /** Pixels, for biou and bf1. */
  readonly tolerance: number;
  /** Files of height · width bytes. */
  readonly prediction: string;
  readonly label: string;
  /** The first evaluation of a process does not count. */
  readonly samples: number;
}

/** What a process has measured. */
export interface EvaluateMeasurement {
  /** Of an evaluation, for each sample. */
  readonly milliseconds: readonly number[];
  /** The metrics' values: both must compute the same. */
  readonly values: Readonly<Record<string, number>>;
}
