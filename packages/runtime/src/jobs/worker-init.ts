import type { RunConfig } from '@auto-seg-loss/config';
import type { RunContext } from '@auto-seg-loss/plugin-host';
import type { Draws } from '@auto-seg-loss/training';
import type { GuardReference } from './guards.ts';

/** What the trials of a round have in common, by number. */
export interface Cell extends Draws {
  /** The division of the training split. */
  readonly division: number;
}

/** What a worker process is started with. */
export interface WorkerInit {
  /**
   * inspection: looks at the training images; warm-start: trains the network that trials start from; reference: measures what guards compare with; trial: trains and
   * scores candidates; training: whole networks; measurement: times a few iterations of trials.
   */
  readonly job: 'measurement' | 'inspection' | 'warm-start' | 'reference' | 'trial' | 'training';
  readonly config: RunConfig;
  readonly context: RunContext;
  /** Decided by the process that starts the workers, so that all compute alike. */
  readonly engine: 'native' | 'wasm';
  /** Where the warm start's checkpoint is, for each fold where there are some; not read by trainings. */
  readonly warmStart: readonly string[];
  /** Where trainings wait that have not come to their end: trials at a rung, and what a checkpoint was taken of. */
  readonly paused: string | null;
  /** The number that the first round has in the proxy task: two searches with the same seed see other batches. Default 0. */
  readonly firstRound?: number;
  /** Groups of training images that are held out together; looked for where they are not given. */
  readonly twins?: readonly (readonly number[])[];
  /** How often each class is among the training pixels; given where losses of the search depend on it. */
  readonly shares?: readonly number[];
  /** For each round, what its trials draw in place of what the round would; without it, all follows from the round. */
  readonly cells?: readonly Cell[];
  /** What the guards compare with; null without guards, and before it is known. */
  readonly reference: GuardReference | null;
}
