/** A step of an installation, for a progress display. */
export interface InstallProgress {
  readonly phase: 'wait' | 'check' | 'download' | 'extract' | 'compile' | 'verify';
  /** One line: what is being done. */
  readonly message: string;
  /** Bytes done and in all, where the phase counts them. */
  readonly bytes?: number;
  readonly totalBytes?: number;
}

export type ReportProgress = (progress: InstallProgress) => void;
