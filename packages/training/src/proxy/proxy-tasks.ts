import { folds } from '../data/folds.ts';
import { type Partition, partition } from '../data/partition.ts';
import type { IterationReport } from '../network-training.ts';
import { keepFeatures } from './keep-features.ts';
import { startSamplesFor } from './prepare-warm-start.ts';
import { loadProxyImages } from './proxy-images.ts';
import type { ProxyInputs } from './proxy-inputs.ts';
import { ProxyTask, type SharedParts } from './proxy-task.ts';

/** What the proxy tasks of a search are made of. */
export interface ProxyTasksInputs extends Omit<ProxyInputs, 'warmStart' | 'onIteration'> {
  /** The warm start's loss, and its file for each division. */
  readonly warmStart?: {
    readonly loss: NonNullable<ProxyInputs['warmStart']>['loss'];
    readonly paths: readonly string[];
  };
  /** Of a warm start that has to be trained, with the number of its division. */
  readonly onIteration?: (report: IterationReport, division: number) => void;
}

/** How the training split is divided: once, or into folds. */
export function divisionsOf(
  {
    dataset,
    options: { reward },
    random,
  }: Pick<ProxyInputs, 'dataset' | 'random'> & { readonly options: Pick<ProxyInputs['options'], 'reward'> },
  twins: readonly (readonly number[])[],
): readonly Partition[] {
  const stream = random.split('partition');
  const { fraction, folds: count } = reward;
  if (count === null) return [partition(dataset.train, { fraction, random: stream, twins })];
  return folds(dataset.train, { count, random: stream, twins });
}

/**
 * The proxy tasks of a search: one, or one for each fold of the training split. Images are read once for all; the task that was
 * last asked for is kept.
 */
export class ProxyTasks {
  readonly divisions: readonly Partition[];
  readonly #inputs: ProxyTasksInputs;
  readonly #shared: Omit<SharedParts, 'partition'>;
  #last: { readonly division: number; readonly task: ProxyTask } | undefined;

  private constructor(
    inputs: ProxyTasksInputs,
    divisions: readonly Partition[],
    shared: Omit<SharedParts, 'partition'>,
  ) {
    this.#inputs = inputs;
    this.divisions = divisions;
    this.#shared = shared;
  }

  /** Reads the training split, and divides it. @throws as `ProxyTask.prepare` for the images. */
  static async prepare(inputs: ProxyTasksInputs): Promise<ProxyTasks> {
    const { store, twins } = await loadProxyImages(inputs);
    const divisions = divisionsOf(inputs, twins);
    const startSamples = await startSamplesFor(inputs, store);
    const { warmStart: _, onIteration: __, ...common } = inputs;
    const { keptFeatures } = inputs.options;
    // Of all images, all views: each is trained on in some fold, and gives the reward in another.
    const everywhere = { train: [...inputs.dataset.train.ids.keys()], reward: [] };
    const features =
      keptFeatures === null || divisions.length === 1
        ? undefined
        : await keepFeatures(common, keptFeatures, { store, partition: everywhere, start: undefined });
    return new ProxyTasks(inputs, divisions, { store, startSamples, features });
  }

  /** The division that a round's rewards are of: folds take turns. */
  divisionOf(round: number): number {
    return round % this.divisions.length;
  }

  /** The task of a division, until the next is asked for. @throws as `ProxyTask.prepare`. */
  async task(division: number): Promise<ProxyTask> {
    if (this.#last?.division === division) return this.#last.task;
    this.#last?.task.dispose();
    this.#last = undefined;
    const { warmStart, onIteration, ...inputs } = this.#inputs;
    const path = warmStart?.paths[division];
    const task = await ProxyTask.of(
      {
        ...inputs,
        ...(warmStart === undefined || path === undefined ? {} : { warmStart: { loss: warmStart.loss, path } }),
        ...(onIteration === undefined ? {} : { onIteration: (report) => onIteration(report, division) }),
      },
      { ...this.#shared, partition: this.divisions[division] as Partition },
    );
    this.#last = { division, task };
    return task;
  }

  dispose(): void {
    this.#last?.task.dispose();
    this.#last = undefined;
    this.#shared.features?.features.dispose();
  }
}
