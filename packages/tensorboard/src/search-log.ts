import type { SearchEvent } from '@auto-seg-loss/runtime';
import { candidateScores, type FinishedTrial, isCandidate, trialFront } from '@auto-seg-loss/study';
import type { Board } from './board.ts';
import type { TaggedValue } from './events.ts';
import { metricScalars, scalars } from './scalars.ts';
import { sessionValues } from './session.ts';

/** Rows of the HParams page: it becomes slow with more, and each is a folder. */
const SESSIONS = 500;

/** Where the search's own values are; beside them, a folder for each row of the HParams page. */
const OWN = '.';

/**
 * Writes a search's trials, in their order: a trial is written once it and all before it have ended, so that steps go up, and what
 * is on the disk is the same, however many workers there are and however often the search was killed.
 */
export class SearchLog {
  readonly #board: Board;
  readonly #finished = new Map<number, FinishedTrial>();
  #coordinates: readonly string[] = [];
  #metrics: readonly string[] = [];
  /** Of the searcher: trials of later rounds are trainings of the best. */
  #rounds = 0;
  /** The number of the trial that is written next. */
  #next = 0;
  #best: number | undefined;
  #images = 0;
  /** Of a search for several metrics, in the order of the trials. */
  #front: readonly FinishedTrial[] = [];

  constructor(board: Board) {
    this.#board = board;
  }

  handle(event: SearchEvent): void {
    switch (event.type) {
      case 'run-opened':
        this.#coordinates = event.coordinates;
        this.#metrics = event.metrics ?? [];
        break;
      case 'study-started':
        this.#rounds = event.rounds;
        for (const trial of event.earlier) this.#finished.set(trial.number, trial);
        this.#writeEnded();
        break;
      case 'trial-finished':
        this.#finished.set(event.trial.number, event.trial);
        this.#writeEnded();
        break;
      default:
    }
  }

  #writeEnded(): void {
    for (let trial = this.#finished.get(this.#next); trial !== undefined; trial = this.#finished.get(this.#next)) {
      this.#finished.delete(trial.number);
      this.#next += 1;
      if (trial.round < this.#rounds) this.#writeTrial(trial);
      else this.#writeAgain(trial);
    }
  }

  #writeTrial(trial: FinishedTrial): void {
    const { outcome, number, copyOf } = trial;
    if (isCandidate(trial) && outcome.status === 'complete')
      this.#best = Math.max(outcome.reward, this.#best ?? Number.NEGATIVE_INFINITY);
    // What a copy came to was trained once.
    if (outcome.status !== 'failed' && copyOf === null) this.#images += outcome.images;
    this.#board.write(OWN, number + 1, [
      ...(outcome.status === 'failed'
        ? []
        : scalars(outcome.status === 'complete' ? 'search/reward' : 'search/reward_pruned', outcome.reward)),
      ...this.#sofar(trial),
      ...scalars('search/images', this.#images),
      // After a part of its training, a trial's metrics are no others' equals.
      ...(outcome.status === 'complete' ? metricScalars('metrics', outcome.metrics) : []),
    ]);
    if (number < SESSIONS) this.#writeSession(trial);
  }

  /** What there is to name: the best, or the front of several metrics, of which none is best. */
  #sofar(trial: FinishedTrial): readonly TaggedValue[] {
    const front = trialFront([...this.#front, trial].toSorted((a, b) => a.number - b.number));
    if (front === null) return scalars('search/best', this.#best);
    this.#front = front.points;
    return [
      ...scalars('search/front_losses', front.points.length),
      ...scalars('search/front_hypervolume', front.hypervolume),
      ...this.#metrics.flatMap((metric, axis) => {
        const best = Math.max(...front.points.map((point) => candidateScores(point)?.[axis] ?? 0));
        return scalars(`search/front_best/${metric}`, best);
      }),
    ];
  }

  /** A training of the best. After more rounds there are others, so that how many there were is part of the tag. */
  #writeAgain({ outcome, number }: FinishedTrial): void {
    if (outcome.status === 'failed') return;
    this.#board.write(OWN, number + 1, scalars(`reevaluation/reward_after_${this.#rounds}_rounds`, outcome.reward));
  }

  #writeSession({ theta, outcome, number, ms }: FinishedTrial): void {
    const folder = `trials/${String(number + 1).padStart(4, '0')}`;
    const ended = Date.now() / 1000;
    const hyperParameters = Object.fromEntries(
      theta.map((value, axis) => [this.#coordinates[axis] ?? `θ ${axis + 1}`, value]),
    );
    const succeeded = outcome.status === 'complete';
    this.#board.write(folder, 0, [
      ...sessionValues(hyperParameters, { started: ended - (ms ?? 0) / 1000, ended }, succeeded),
      ...(succeeded ? [...scalars('trial/reward', outcome.reward), ...metricScalars('trial', outcome.metrics)] : []),
    ]);
    this.#board.close(folder);
  }
}
