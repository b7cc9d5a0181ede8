import type { WeightedLoss } from '@auto-seg-loss/config';
import type { MetricOptions, RunContext } from '@auto-seg-loss/plugin-host';
import type { LossOption } from './set-options.ts';

/** What may be asked of a loss besides its name. */
export interface LossRequest {
  readonly context: RunContext;
  /** The current folder: the process's by default. Its project is the user's own. */
  readonly cwd?: string;
  /** Where relative paths of loss files and of folders of searches start: `cwd` by default. */
  readonly from?: string;
  /** Losses by names of the config's own. */
  readonly named?: Readonly<Record<string, readonly WeightedLoss[]>>;
  /** Options that replace those that searched losses were found with, such as `{ tolerance: 2 }`; a metric takes those that it has. */
  readonly metricOptions?: MetricOptions;
  /** Options of single terms, hand-made or searched. */
  readonly options?: readonly LossOption[];
}
