import type { RunConfig } from '@auto-seg-loss/config';
import type { Dataset, Json } from '@auto-seg-loss/kernel';
import type { ExamplePrediction, ExampleSettings } from '../jobs/example-predictions.ts';
import type { JsonFields } from '../run-folder/sealed-json.ts';
import type { TrainedNetwork } from './training-jobs.ts';
import type { TrainingIdentity } from './training-key.ts';

/** Where trainings are kept, so that what is interrupted goes on and what was trained once is not trained again. */
export interface KeptTrainings {
  /** The folder where trainings wait that are not at their end. */
  readonly paused: string;
  /** Where the weights of a network are saved, before it is kept; null not to. */
  weights(identity: TrainingIdentity): string | null;
  /** A network that was trained and kept, whatever it was scored with; undefined where its weights are not there, or not sound. */
  network(identity: TrainingIdentity): Promise<KeptSource | undefined>;
  /** Whether the network has a result, whatever it was scored with. */
  wasTrained(identity: TrainingIdentity): Promise<boolean>;
  /** What is kept of what a network made of images, to be looked at. */
  pictures(identity: TrainingIdentity): ExampleSettings | null;
  /** The result of a training; undefined where there is none, or one that is not what it should be. */
  find(identity: TrainingIdentity): Promise<TrainedNetwork | undefined>;
  /** @throws AslError ASL_RUN_FOLDER where it cannot be written. */
  keep(identity: TrainingIdentity, network: TrainedNetwork, pictures: readonly ExamplePrediction[]): Promise<void>;
}

/** A network that can be scored again. */
export interface KeptSource {
  /** The file of its weights. */
  readonly path: string;
  /** One of its results. */
  readonly network: TrainedNetwork;
}

/** What the trainings to be kept have in common. */
export interface TrainingsInCommon {
  /** As `trainingBasis` gives it. */
  readonly basis: JsonFields;
  /** Of the requests, in their order. */
  readonly identities: readonly TrainingIdentity[];
  /** Likewise: what their losses are, as far as trainings depend on it. */
  readonly losses: readonly Json[];
  readonly config: RunConfig;
  /** Where relative paths of the config start. */
  readonly baseDir: string;
  readonly dataset: Pick<Dataset, 'classes' | 'colors' | 'labelValues' | 'imageReading'>;
}

/**
 * Opens the place, and makes sure that what it holds is of these trainings.
 * @throws AslError ASL_RUN_CHANGED, ASL_RUN_FOLDER or ASL_STATE_CORRUPT where it is not.
 */
export type OpenKept = (common: TrainingsInCommon) => Promise<KeptTrainings>;
