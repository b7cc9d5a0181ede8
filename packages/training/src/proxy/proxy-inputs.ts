import type { Dataset, Metric, Random } from '@auto-seg-loss/kernel';
import type { Architecture, Loss } from '@auto-seg-loss/ops';
import type { IterationReport } from '../network-training.ts';
import type { ProxyOptions } from './proxy-options.ts';

/** What a proxy task is made of. */
export interface ProxyInputs {
  /** Its val split is not touched. */
  readonly dataset: Dataset;
  readonly architecture: Architecture;
  readonly options: ProxyOptions;
  /** Groups of training images that show the same, as `SplitInspector` finds them; looked for where they are not given. */
  readonly twins?: readonly (readonly number[])[];
  /** The metric that is the reward. */
  readonly metric: Metric;
  /** Further ones to report. */
  readonly reportMetrics?: readonly Metric[];
  /** The search's stream for its proxy task; it is not advanced. */
  readonly random: Random;
  /** The warm start's loss, and its file; not needed where `options.warmStart` is null. */
  readonly warmStart?: { readonly loss: Loss; readonly path: string };
  /** Of the warm start, if it has to be trained. */
  readonly onIteration?: (report: IterationReport) => void;
  readonly signal?: AbortSignal;
}
