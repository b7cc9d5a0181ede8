import type { TrainedNetwork, TrainingEvent } from '@auto-seg-loss/runtime';
import { Presets, SingleBar } from 'cli-progress';
import { formatDuration } from './duration.ts';
import { engineNotes } from './engine-notes.ts';
import type { Terminal } from './terminal.ts';

/** Shows how trainings go on. */
export interface TrainingProgress {
  handle(event: TrainingEvent): void;
  /** A line that stays. */
  note(line: string): void;
  /** Ends the display; may be called more than once. */
  stop(): void;
}

const FORMAT = '{bar} {percentage}% of {trainings} trainings, {eta_formatted} left';

/** One line for a network: `cross-entropy, seed 2: miou 41.70 % (1 min 5 s)`. @param rated whether learning rates are tried. */
function networkLine(network: TrainedNetwork, metric: string | undefined, rated: boolean): string {
  const name = `${network.loss}, ${rated ? `learning rate ${network.learningRate}` : `seed ${network.seed}`}`;
  if (network.status === 'failed') return `${name} failed: ${network.error}`;
  const value = metric === undefined ? undefined : network.metrics[metric]?.value;
  const score = value === undefined || value === null ? 'absent' : `${(100 * value).toFixed(2)} %`;
  return `${name}: ${metric} ${score} (${formatDuration(network.ms / 1000)})`;
}

function before(found: number): string {
  return found === 0 ? '' : `, ${found} of them done before`;
}

/** A bar over the iterations of all networks on a terminal; elsewhere a line when a network is done. */
export function createTrainingProgress(terminal: Terminal): TrainingProgress {
  let bar: SingleBar | undefined;
  let metric: string | undefined;
  let trainings = 0;
  let finished = 0;
  let rated = false;
  const done: number[] = [];
  const note = (line: string) => {
    // The bar's line is drawn again below what is written.
    if (bar !== undefined) process.stderr.write('\r\u001b[K');
    terminal.log(line);
  };
  return {
    handle: (event) => {
      switch (event.type) {
        case 'trainings-started':
          metric = event.metrics[0];
          trainings = event.trainings;
          for (const line of engineNotes(event.engine, event.workers)) note(line);
          finished = event.found;
          rated = event.scoredOn === 'held-out';
          done.length = 0;
          if (event.scoredOn === 'held-out')
            note('First, the learning rate of each loss, on held-out training images:');
          note(
            `${trainings} network${trainings === 1 ? '' : 's'} to train, ${event.iterations} iterations each${before(event.found)}`,
          );
          if (terminal.interactive) {
            bar?.stop();
            bar = new SingleBar(
              { format: FORMAT, stream: process.stderr, hideCursor: true, clearOnComplete: true, barsize: 20 },
              Presets.shades_classic,
            );
            bar.start((trainings - event.found) * event.iterations, 0, { trainings: trainings - event.found });
          }
          break;
        case 'training-progress':
          done[event.index] = event.done;
          bar?.update(done.reduce((sum, count) => sum + count, 0));
          break;
        case 'training-finished':
          finished++;
          note(`${finished}/${trainings} ${networkLine(event.network, metric, rated)}`);
          break;
        default:
      }
    },
    note,
    stop: () => {
      bar?.stop();
      bar = undefined;
    },
  };
}
