import type { RunConfig } from '@auto-seg-loss/config';
import type { PluginContext } from '@auto-seg-loss/kernel';

/** What a worker process is started with. */
export interface WorkerInit {
  /** warm-start: trains the network that trials start from; trial: trains and scores candidates; training: whole networks. */
  readonly job: 'warm-start' | 'trial' | 'training';
  readonly config: RunConfig;
  readonly context: PluginContext;
  /** Decided by the process that starts the workers, so that all compute alike. */
  readonly engine: 'native' | 'wasm';
  /** Where the warm start's checkpoint is; not read by trainings. */
  readonly warmStart: string;
}
