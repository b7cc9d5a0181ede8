import { contentKey, learningRateAt } from '@auto-seg-loss/kernel';
import { decodedName, type ExamplePrediction, type TrainedNetwork, type TrainingEvent } from '@auto-seg-loss/runtime';
import type { Board } from './board.ts';
import type { TaggedValue } from './events.ts';
import { metricScalars, scalars } from './scalars.ts';
import { sessionValues } from './session.ts';

type Started = Extract<TrainingEvent, { readonly type: 'trainings-started' }>;

/** A training with the folder that it is written into. */
interface Logged {
  readonly folder: string;
  readonly learningRate: number;
}

/** The tag whose last step says how far a training is written. */
const LOSS = 'training/loss';

/** Writes trainings: each has a folder, which is named for all that its result depends on. */
export class TrainingLog {
  readonly #board: Board;
  #started: Started | undefined;
  /** By place. */
  #trainings = new Map<number, Logged>();

  constructor(board: Board) {
    this.#board = board;
  }

  handle(event: TrainingEvent): void {
    if (event.type === 'trainings-started') {
      this.#started = event;
      this.#trainings = new Map();
    }
    const started = this.#started;
    if (started === undefined) return;
    switch (event.type) {
      case 'training-found':
        this.#trainings.set(event.index, {
          ...event.network,
          folder: folderOf(started, { ...event, ...event.network }),
        });
        this.#writeNetworks(started, event, []);
        break;
      case 'training-started':
        this.#trainings.set(event.index, { ...event, folder: folderOf(started, event) });
        break;
      case 'training-progress':
        if (event.losses !== undefined)
          this.#writeLosses(started, event.index, event.losses.first, event.losses.values);
        break;
      case 'training-scored':
        this.#writeNetworks(started, event, event.examples);
        break;
      default:
    }
  }

  /**
   * Losses of iterations that follow each other. Those that do not follow what is written wait for the end of the training, when
   * all are known: it went on from a state that was left after what is on the disk.
   */
  #writeLosses({ options }: Started, index: number, first: number, losses: readonly number[]): void {
    const training = this.#trainings.get(index);
    if (training === undefined) return;
    const { folder, learningRate } = training;
    const written = this.#board.lastStep(folder, LOSS) ?? 0;
    if (first > written) return;
    for (const [offset, loss] of losses.entries()) {
      const iteration = first + offset;
      this.#board.write(folder, iteration + 1, [
        ...scalars(LOSS, loss),
        ...scalars('training/learning_rate', learningRateAt({ ...options, learningRate }, iteration)),
      ]);
    }
  }

  /** @param scored a network under its decoders. */
  #writeNetworks(
    started: Started,
    { index, network, others = [] }: Extract<TrainingEvent, { readonly type: 'training-found' | 'training-scored' }>,
    examples: readonly ExamplePrediction[],
  ): void {
    const training = this.#trainings.get(index);
    if (training === undefined || network.status === 'failed') return;
    const { folder } = training;
    const { losses } = network;
    this.#writeLosses(started, index, 0, losses);
    this.#board.write(folder, losses.length, [
      ...[network, ...others].flatMap((each) => scoresOf(started, each)),
      ...examples.map(({ id, png, height, width }) => ({
        tag: `image, label, prediction/${id}`,
        png: Buffer.from(png, 'base64'),
        height,
        width,
      })),
    ]);
    this.#board.close(folder);
    if (started.scoredOn !== 'val') return;
    for (const each of [network, ...others]) if (each.status === 'complete') this.#writeSession(folder, each);
  }

  #writeSession(training: string, network: TrainedNetwork & { readonly status: 'complete' }): void {
    const { decoder, seed, learningRate, metrics, ms } = network;
    const folder = `hparams/${training}${decoder === undefined ? '' : `-${fileName(decoder)}`}`;
    const loss = decodedName(network);
    const ended = Date.now() / 1000;
    this.#board.write(folder, 0, [
      ...sessionValues({ loss, learning_rate: learningRate, seed }, { started: ended - ms / 1000, ended }, true),
      ...metricScalars('network', metrics),
    ]);
    this.#board.close(folder);
  }
}

/** A network's metrics, by class too: under another decoder than the most probable class, beside the others by its name. */
function scoresOf({ scoredOn }: Started, network: TrainedNetwork): readonly TaggedValue[] {
  if (network.status === 'failed') return [];
  const { metrics, coverage, decoder } = network;
  const group = scoredOn === 'val' ? 'val' : 'held_out';
  const by = decoder === undefined ? '' : ` + ${decoder}`;
  return [
    ...metricScalars(`${group}${by}`, metrics),
    ...Object.entries(metrics).flatMap(([metric, { perClass }]) =>
      coverage.classes.flatMap(({ name }, class_) => scalars(`${group}_${metric}${by}/${name}`, perClass[class_])),
    ),
  ];
}

function fileName(text: string): string {
  return text.replaceAll(/[^A-Za-z0-9.+*_-]+/g, '-').slice(0, 80);
}

/** `cross-entropy-seed-1-3fa9c2b1`: a loss file of the same name may have another content another time. */
function folderOf(
  { scoredOn }: Started,
  { loss, seed, key }: { readonly loss: string; readonly seed: number; readonly key: string },
): string {
  const name = `${fileName(loss)}-seed-${seed}`;
  // By the loss's name too: two names of one loss are two rows of a comparison.
  return `${scoredOn === 'val' ? '' : 'learning-rates/'}${name}-${contentKey({ key, loss }).slice(0, 8)}`;
}
