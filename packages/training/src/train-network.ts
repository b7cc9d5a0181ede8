import {
  type CompleteTraining,
  type IterationReport,
  NetworkTraining,
  type NetworkTrainingInputs,
  type TrainingFailure,
} from './network-training.ts';
import {
  readTrainingState,
  removeTrainingState,
  restoreTrainingState,
  type StatePlace,
  saveTrainingState,
} from './training-state.ts';

/** Where a training leaves its state from time to time, for the case that it is killed. */
export interface CheckpointPlace extends StatePlace {
  /** Between two of them, at least; default 60. */
  readonly seconds?: number;
  /** Aborted to have the training pause: it leaves its state and ends, some iterations later. */
  readonly pause?: AbortSignal;
  /** Whether the state at the end stays as well, until whoever has what came of the training removes it; default no. */
  readonly keepEnd?: boolean;
}

/** A training that came to its end. */
export interface EndedTraining extends CompleteTraining {
  /** The classes that its batches have shown. */
  readonly seen: ReadonlySet<number>;
}

/** A training that was asked to pause, and left its state. */
export interface PausedTraining {
  readonly status: 'paused';
  /** Iterations done. */
  readonly iteration: number;
}

/** Iterations between two looks at the clock, and whether to pause; fewer where they would take longer than these seconds. */
const LOOK_EVERY = 10;
const LOOK_SECONDS = 10;

/**
 * Trains a network in place, from its first iteration to its last, or on from its latest checkpoint: what it comes to is the
 * same.
 * @param inputs.checkpoint without it, nothing is kept on the way, and it does not pause. Removed at the end, good or bad, unless it says otherwise.
 * @throws as `NetworkTraining.run`; AslError ASL_RUN_FOLDER where a checkpoint cannot be written.
 */
export async function trainNetwork(
  inputs: NetworkTrainingInputs & {
    readonly onIteration?: (report: IterationReport) => void;
    readonly signal?: AbortSignal;
    readonly checkpoint?: CheckpointPlace;
  },
): Promise<EndedTraining | TrainingFailure | PausedTraining> {
  const { network, options, checkpoint } = inputs;
  const found = checkpoint === undefined ? undefined : await readTrainingState(checkpoint);
  const training = new NetworkTraining(inputs, found?.iteration ?? 0);
  try {
    if (found !== undefined) restoreTrainingState(found, network, training, checkpoint?.path ?? '');
    const losses: number[] = [...(found?.losses ?? [])];
    let saved = performance.now();
    // The first tells how long one takes.
    let lookAfter = LOOK_EVERY;
    while (training.iteration < options.iterations) {
      const until = checkpoint === undefined ? options.iterations : training.iteration + lookAfter;
      const [begun, first] = [performance.now(), training.iteration];
      const outcome = await training.run(Math.min(until, options.iterations), inputs);
      const each = (performance.now() - begun) / 1000 / (training.iteration - first);
      lookAfter = Math.max(1, Math.min(LOOK_EVERY, Math.floor(LOOK_SECONDS / each)));
      if (outcome.status === 'failed') {
        if (checkpoint !== undefined) await removeTrainingState(checkpoint);
        return outcome;
      }
      losses.push(...outcome.losses);
      if (checkpoint === undefined) continue;
      const ended = training.iteration === options.iterations;
      const pausing = checkpoint.pause?.aborted === true;
      const due = performance.now() - saved >= 1000 * (checkpoint.seconds ?? 60);
      if (ended ? checkpoint.keepEnd !== true : !due && !pausing) continue;
      await saveTrainingState(checkpoint, network, training, losses);
      if (pausing) return { status: 'paused', iteration: training.iteration };
      saved = performance.now();
    }
    if (checkpoint !== undefined && checkpoint.keepEnd !== true) await removeTrainingState(checkpoint);
    return { status: 'complete', losses, seen: training.seen };
  } finally {
    training.dispose();
  }
}
