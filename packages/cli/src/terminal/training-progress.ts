import { relative } from 'node:path';
import type { TrainedNetwork, TrainingEvent } from '@auto-seg-loss/runtime';
import { Presets, SingleBar } from 'cli-progress';
import { formatDuration } from './duration.ts';
import { engineNotes } from './engine-notes.ts';
import { LinePace } from './line-pace.ts';
import { quantity } from './quantity.ts';
import { roughDuration } from './rough-duration.ts';
import type { Terminal } from './terminal.ts';
import { type TimeLeft, TrainingPace } from './training-pace.ts';

/** Shows how trainings go on. */
export interface TrainingProgress {
  handle(event: TrainingEvent): void;
  /** What was come to, in words, for when it is stopped: `2 networks, and 1 under way at iteration 120 of 300`. */
  kept(): string;
  /** A line that stays. */
  note(line: string): void;
  /** Ends the display; may be called more than once. */
  stop(): void;
}

const FORMAT = '{bar} {percentage}% of {trainings}{left}';

/** Trainings that are shown together: those of one start. */
interface Batch {
  readonly started: Extract<TrainingEvent, { readonly type: 'trainings-started' }>;
  readonly pace: TrainingPace;
  readonly lines: LinePace;
  /** Iterations, by place. */
  readonly done: number[];
  /** Images that were scored, by place. */
  readonly scored: number[];
  finished: number;
  /** Images, where the last training is being scored: there are no iterations left to count. */
  scoring: number | undefined;
}

/**
 * One line for a network: `cross-entropy, seed 2: miou 41.70 %, rank 42.31 % (1 min 5 s)`.
 * @param others the same under further decoders. @param rated whether learning rates are tried.
 */
function networkLine(
  network: TrainedNetwork,
  others: readonly TrainedNetwork[],
  metric: string | undefined,
  rated: boolean,
): string {
  const name = `${network.loss}, ${rated ? `learning rate ${network.learningRate}` : `seed ${network.seed}`}`;
  if (network.status === 'failed') return `${name} failed: ${network.error}`;
  const scores = [network, ...others].map(
    (each) => `${each.decoder === undefined ? '' : `${each.decoder} `}${scoreText(each, metric)}`,
  );
  return `${name}: ${metric} ${scores.join(', ')} (${formatDuration(network.ms / 1000)})`;
}

function scoreText(network: TrainedNetwork, metric: string | undefined): string {
  const value = network.status === 'failed' || metric === undefined ? undefined : network.metrics[metric]?.value;
  return value === undefined || value === null ? 'absent' : `${(100 * value).toFixed(2)} %`;
}

/** What is done about networks that were trained before and have yet to be scored with another decoder. */
function decodingLines({ kept, again }: Batch['started']): readonly string[] {
  return [
    ...(kept === 0
      ? []
      : [`${quantity(kept, 'network')} trained before: scored with another decoder, and not trained`]),
    ...(again === 0 ? [] : [`${quantity(again, 'network')} trained before, and not kept: trained again`]),
  ];
}

function startLine({ trainings, found, kept, iterations }: Batch['started']): string {
  if (kept > 0 && found + kept === trainings) return `${quantity(trainings, 'network')}, none to train`;
  const what = `${quantity(trainings, 'network')} to train, ${quantity(iterations, 'iteration')} each`;
  if (found + kept === 0) return what;
  if (found === trainings) return `${quantity(trainings, 'network')}, trained before`;
  return `${what}, ${found + kept} of them done before`;
}

function leftText(left: TimeLeft | undefined): string {
  if (left === undefined) return '';
  return `, ${roughDuration(left.seconds)} left${left.withScoring ? '' : ' without scoring'}`;
}

function sumOf(counts: readonly number[]): number {
  return counts.reduce((total, count) => total + (count ?? 0), 0);
}

function discardedLine({ path, reason }: Extract<TrainingEvent, { readonly type: 'result-discarded' }>): string {
  const what = reason === 'damaged' ? 'is damaged' : 'holds the result of another training than its name says';
  return `${relative(process.cwd(), path)} ${what}: it does not count`;
}

/** A bar over the iterations of all networks on a terminal; elsewhere a line from time to time, and when a network is done. */
export function createTrainingProgress(terminal: Terminal): TrainingProgress {
  let bar: SingleBar | undefined;
  let batch: Batch | undefined;
  let finishedBefore = 0;
  const paused: string[] = [];
  const note = (line: string) => {
    // The bar's line is drawn again below what is written.
    if (bar !== undefined) process.stderr.write('\r\u001b[K');
    terminal.log(line);
  };
  const begin = (started: Batch['started']): void => {
    const { trainings, found, iterations, images, workers, engine, weights, scoredOn } = started;
    finishedBefore += batch?.finished ?? 0;
    const pace = new TrainingPace({ trainings: trainings - found, iterations, images, lanes: workers });
    batch = { started, pace, lines: new LinePace(), done: [], scored: [], finished: found, scoring: undefined };
    if (found < trainings) for (const line of [...engineNotes(engine, workers), ...weights]) note(line);
    if (scoredOn === 'held-out') note('First, the learning rate of each loss, on held-out training images:');
    for (const line of [startLine(started), ...decodingLines(started)]) note(line);
    bar?.stop();
    bar = undefined;
    if (!terminal.interactive || found === trainings) return;
    bar = new SingleBar(
      { format: FORMAT, stream: process.stderr, hideCursor: true, clearOnComplete: true, barsize: 20 },
      Presets.shades_classic,
    );
    const named = quantity(trainings - found, 'training');
    bar.start((trainings - found) * (iterations + images), 0, { trainings: named, left: '' });
  };
  const show = ({ started, pace, lines, done, scored, finished, scoring }: Batch): void => {
    const { trainings, found, iterations, images } = started;
    const trained = sumOf(done);
    const steps = trained + sumOf(scored);
    // An image that is scored counts as an iteration.
    const share = Math.min(1, steps / ((trainings - found) * (iterations + images)));
    if (bar === undefined && !lines.isDue(share)) return;
    const rest = `${scoring === undefined ? '' : `, scoring: ${scoring} of ${quantity(images, 'image')}`}${leftText(pace.left())}`;
    if (bar !== undefined) bar.update(steps, { left: rest });
    else if (trainings > 1) note(`${Math.floor(100 * share)} %, ${finished} of ${trainings} networks done${rest}`);
    else note(`${Math.floor(100 * share)} %, iteration ${trained} of ${iterations}${rest}`);
  };
  return {
    handle: (event) => {
      if (event.type === 'trainings-started') begin(event);
      else if (event.type === 'result-discarded') note(discardedLine(event));
      if (batch === undefined) return;
      switch (event.type) {
        case 'training-progress': {
          const { index, done, iterations, scored } = event;
          batch.done[index] = done;
          batch.scored[index] = scored;
          const isLast = batch.started.trainings === batch.finished + 1;
          batch.scoring = isLast && done === iterations ? scored : undefined;
          batch.pace.progress(index, done, scored);
          show(batch);
          break;
        }
        case 'training-paused':
          paused.push(`${event.done} of ${event.iterations}`);
          batch.pace.finish(event.index);
          break;
        case 'training-finished':
          batch.finished += 1;
          batch.pace.finish(event.index);
          note(
            `${batch.finished}/${batch.started.trainings} ${networkLine(event.network, event.others ?? [], batch.started.metrics[0], batch.started.scoredOn === 'held-out')}`,
          );
          break;
        default:
      }
    },
    kept: () => {
      const finished = finishedBefore + (batch?.finished ?? 0);
      const done = finished === 0 ? [] : [`${quantity(finished, 'network')} done`];
      const underWay = paused.length === 0 ? [] : [`${paused.length} under way (iteration ${paused.join('; ')})`];
      return [...done, ...underWay].join(', ');
    },
    note,
    stop: () => {
      bar?.stop();
      bar = undefined;
    },
  };
}
