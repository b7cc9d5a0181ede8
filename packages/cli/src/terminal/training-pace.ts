/** Seconds after which what was measured counts for 1/e: long enough that a pause does not show as a jump. */
const MEMORY_S = 300;

/** Seconds of iterations that must have been seen before there is an estimate. */
const LEAST_S = 2;

/** A training that is under way. */
interface Running {
  readonly done: number;
  readonly scored: number;
  /** When that was reported, in seconds. */
  readonly at: number;
}

/** Steps of one sort that were seen, and the seconds that they took in their lanes; both fade. */
class Rate {
  #steps = 0;
  #seconds = 0;
  #fadedAt: number;

  constructor(now: number) {
    this.#fadedAt = now;
  }

  add(steps: number, seconds: number, now: number): void {
    const kept = Math.exp(-(now - this.#fadedAt) / MEMORY_S);
    this.#steps = this.#steps * kept + steps;
    this.#seconds = this.#seconds * kept + seconds;
    this.#fadedAt = now;
  }

  /** Seconds of a step; undefined as long as less than this many seconds were seen. */
  each(least: number): number | undefined {
    return this.#steps === 0 || this.#seconds < least ? undefined : this.#seconds / this.#steps;
  }
}

/** What trainings still take. */
export interface TimeLeft {
  readonly seconds: number;
  /** Whether that counts the scoring of networks: how long an image takes is not known before one was scored. */
  readonly withScoring: boolean;
}

/**
 * How long trainings that run side by side will still take: by the time of an iteration and of an image that is scored, averages in
 * which the past fades, and by how what is left goes into the lanes.
 */
export class TrainingPace {
  readonly #iterations: number;
  readonly #images: number;
  readonly #lanes: number;
  readonly #now: () => number;
  readonly #running: Map<number, Running> = new Map();
  readonly #training: Rate;
  readonly #scoring: Rate;
  #waiting: number;

  /** @param plan.images on which each network is scored. @param now seconds of a clock that never jumps. */
  constructor(
    plan: {
      readonly trainings: number;
      readonly iterations: number;
      readonly images: number;
      readonly lanes: number;
    },
    now: () => number = () => performance.now() / 1000,
  ) {
    this.#iterations = plan.iterations;
    this.#images = plan.images;
    this.#lanes = plan.lanes;
    this.#waiting = plan.trainings;
    this.#now = now;
    this.#training = new Rate(now());
    this.#scoring = new Rate(now());
  }

  /**
   * @param done iterations of a training, counted from its first, in this run or before. @param scored images after the last of
   *   them.
   */
  progress(training: number, done: number, scored = 0): void {
    const at = this.#now();
    const before = this.#running.get(training);
    // What a first report counts took a time that nobody measured.
    if (before === undefined) this.#waiting -= 1;
    else if (scored > before.scored) this.#scoring.add(scored - before.scored, at - before.at, at);
    else if (done > before.done) this.#training.add(done - before.done, at - before.at, at);
    else return;
    this.#running.set(training, { done, scored, at });
  }

  finish(training: number): void {
    if (!this.#running.delete(training)) this.#waiting -= 1;
  }

  /** undefined as long as too little was seen. */
  left(): TimeLeft | undefined {
    const [each, image] = [this.#training.each(LEAST_S), this.#scoring.each(0)];
    const running = [...this.#running.values()];
    const toTrain = this.#waiting > 0 || running.some(({ done }) => done < this.#iterations);
    const withScoring = image !== undefined || this.#images === 0;
    if (toTrain ? each === undefined : !withScoring) return undefined;
    const now = this.#now();
    const timeOf = (done: number, scored: number): number =>
      (this.#iterations - done) * (each ?? 0) + Math.max(0, this.#images - scored) * (image ?? 0);
    const lanes = new Array<number>(this.#lanes).fill(0);
    for (const [lane, { done, scored, at }] of running.entries())
      lanes[lane] = Math.max(0, timeOf(done, scored) - (now - at));
    // The next one goes where a lane is free first.
    for (let waiting = 0; waiting < this.#waiting; waiting++) {
      const next = lanes.indexOf(Math.min(...lanes));
      lanes[next] = (lanes[next] ?? 0) + timeOf(0, 0);
    }
    return { seconds: Math.max(...lanes), withScoring };
  }
}
