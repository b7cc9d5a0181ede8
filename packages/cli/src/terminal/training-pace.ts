/** Seconds after which what was measured counts for 1/e: long enough that a pause does not show as a jump. */
const MEMORY_S = 300;

/** Seconds of iterations that must have been seen before there is an estimate. */
const LEAST_S = 2;

/** A training that is under way. */
interface Running {
  readonly done: number;
  /** When that was reported; once all iterations are done, when they first were. In seconds. */
  readonly at: number;
}

/**
 * How long trainings that run side by side will still take: by the time of an iteration, an average in which the past fades, by
 * the time that scoring took so far, and by how what is left goes into the lanes.
 */
export class TrainingPace {
  readonly #iterations: number;
  readonly #lanes: number;
  readonly #now: () => number;
  readonly #running: Map<number, Running> = new Map();
  #waiting: number;
  /** Iterations, and the seconds that they took in their lanes; both fade. */
  #iterated = 0;
  #seconds = 0;
  #fadedAt: number;
  #scored = 0;
  #scoringSeconds = 0;

  /** @param now seconds of a clock that never jumps. */
  constructor(
    {
      trainings,
      iterations,
      lanes,
    }: { readonly trainings: number; readonly iterations: number; readonly lanes: number },
    now: () => number = () => performance.now() / 1000,
  ) {
    this.#iterations = iterations;
    this.#lanes = lanes;
    this.#waiting = trainings;
    this.#now = now;
    this.#fadedAt = now();
  }

  /** @param done iterations of a training, counted from its first, in this run or before. */
  progress(training: number, done: number): void {
    const at = this.#now();
    const before = this.#running.get(training);
    // What a first report counts took a time that nobody measured.
    if (before === undefined) this.#waiting -= 1;
    else if (before.done < this.#iterations) this.#add(done - before.done, at - before.at, at);
    if (before === undefined || before.done < this.#iterations) this.#running.set(training, { done, at });
  }

  finish(training: number): void {
    const running = this.#running.get(training);
    if (running === undefined) this.#waiting -= 1;
    else if (running.done >= this.#iterations) {
      this.#scored += 1;
      this.#scoringSeconds += this.#now() - running.at;
    }
    this.#running.delete(training);
  }

  /** undefined as long as too little was seen. */
  secondsLeft(): number | undefined {
    if (this.#seconds < LEAST_S || this.#iterated === 0) return undefined;
    const now = this.#now();
    const each = this.#seconds / this.#iterated;
    const scoring = this.#scored === 0 ? 0 : this.#scoringSeconds / this.#scored;
    const lanes = new Array<number>(this.#lanes).fill(0);
    for (const [lane, { done, at }] of [...this.#running.values()].entries())
      lanes[lane] = Math.max(0, (this.#iterations - done) * each + scoring - (now - at));
    // The next one goes where a lane is free first.
    for (let waiting = 0; waiting < this.#waiting; waiting++) {
      const next = lanes.indexOf(Math.min(...lanes));
      lanes[next] = (lanes[next] ?? 0) + this.#iterations * each + scoring;
    }
    return Math.max(...lanes);
  }

  #add(iterations: number, seconds: number, at: number): void {
    const kept = Math.exp(-(at - this.#fadedAt) / MEMORY_S);
    this.#iterated = this.#iterated * kept + iterations;
    this.#seconds = this.#seconds * kept + seconds;
    this.#fadedAt = at;
  }
}
