/** One line of `asl doctor`. */
export interface Check {
  readonly name: string;
  /** ok; warning: works, but worse than it could; problem: training is impossible. */
  readonly status: 'ok' | 'warning' | 'problem';
  /** What was found. */
  readonly found: string;
  /** What to do about it. */
  readonly remedy?: string;
}
