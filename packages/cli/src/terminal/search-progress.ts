import { MultiBar, Presets, type SingleBar } from 'cli-progress';
import { formatDuration } from './duration.ts';
import type { Terminal } from './terminal.ts';

/** What a search is going to do. */
export interface SearchPlan {
  readonly metric: string;
  readonly rounds: number;
  readonly samples: number;
  /** Trials that an earlier run of the same search has finished, and the best reward among them. */
  readonly done: number;
  readonly best: number | undefined;
}

/** A trial that has just ended. */
export interface EndedTrial {
  /** From 0. */
  readonly round: number;
  /** Within its round, from 0. */
  readonly index: number;
  readonly status: 'complete' | 'failed' | 'pruned';
  readonly reward: number;
  /** Why it failed. */
  readonly reason?: string;
}

/** Shows how a search goes on. */
export interface SearchProgress {
  begin(plan: SearchPlan): void;
  trialEnded(trial: EndedTrial): void;
  /** A line that stays. */
  note(line: string): void;
  /** Ends the display; may be called more than once. */
  stop(): void;
}

const percent = (reward: number) => `${(100 * reward).toFixed(2)} %`;

/** Counts trials and foresees the time left from those of this run alone. */
class Tally {
  readonly plan: SearchPlan;
  readonly total: number;
  readonly #started: number;
  #now = 0;
  best: number | undefined;
  readonly #byRound = new Map<number, { ended: number; rewards: number[] }>();
  readonly #clock: () => number;

  constructor(plan: SearchPlan, clock: () => number) {
    this.plan = plan;
    this.total = plan.rounds * plan.samples;
    this.best = plan.best;
    this.#clock = clock;
    this.#started = clock();
  }

  get done(): number {
    return this.plan.done + this.#now;
  }

  /** @returns whether the trial is the best so far. */
  count({ round, status, reward }: EndedTrial): boolean {
    this.#now++;
    const tally = this.#byRound.get(round) ?? { ended: 0, rewards: [] };
    tally.ended++;
    if (status === 'complete') tally.rewards.push(reward);
    this.#byRound.set(round, tally);
    if (status !== 'complete' || reward <= (this.best ?? Number.NEGATIVE_INFINITY)) return false;
    this.best = reward;
    return true;
  }

  /** The mean reward of a round whose last trial has just ended; undefined before, or where none of it was complete. */
  roundMean(round: number): number | undefined {
    const { ended, rewards } = this.#byRound.get(round) ?? { ended: 0, rewards: [] };
    // The rest of a resumed round ended in an earlier run.
    const before = Math.max(0, this.plan.done - round * this.plan.samples);
    if (ended + before < this.plan.samples || rewards.length === 0) return undefined;
    return rewards.reduce((sum, reward) => sum + reward, 0) / rewards.length;
  }

  elapsed(): number {
    return (this.#clock() - this.#started) / 1000;
  }

  left(): string {
    if (this.#now === 0) return '…';
    return formatDuration((this.elapsed() / this.#now) * (this.total - this.done));
  }

  bestText(): string {
    return this.best === undefined ? 'none yet' : percent(this.best);
  }
}

/** @param clock milliseconds; tests put their own in place. */
export function createSearchProgress(terminal: Terminal, clock: () => number = Date.now): SearchProgress {
  return terminal.interactive ? liveProgress(clock) : lineProgress(terminal, clock);
}

function failure({ round, index, reason }: EndedTrial): string {
  return `round ${round + 1}, trial ${index + 1} failed${reason === undefined ? '' : `: ${reason}`}`;
}

function liveProgress(clock: () => number): SearchProgress {
  let tally: Tally | undefined;
  const format = '{bar} round {round}/{rounds}, trial {value}/{total}, best {metric} {best}, {left} left';
  const bars = new MultiBar(
    { format, stream: process.stderr, hideCursor: true, clearOnComplete: false, barsize: 20, autopadding: true },
    Presets.shades_classic,
  );
  let bar: SingleBar | undefined;
  const note = (line: string) => {
    if (bar === undefined) process.stderr.write(`${line}\n`);
    else bars.log(`${line}\n`);
  };
  return {
    begin: (plan) => {
      tally = new Tally(plan, clock);
      const { rounds, metric, done, samples } = plan;
      const round = Math.min(rounds, Math.floor(done / samples) + 1);
      bar = bars.create(tally.total, done, { round, rounds, metric, best: tally.bestText(), left: '…' });
    },
    trialEnded: (trial) => {
      if (tally === undefined || bar === undefined) return;
      tally.count(trial);
      if (trial.status === 'failed') note(failure(trial));
      bar.update(tally.done, { round: trial.round + 1, best: tally.bestText(), left: tally.left() });
    },
    note,
    stop: () => {
      bars.stop();
      bar = undefined;
    },
  };
}

function lineProgress(terminal: Terminal, clock: () => number): SearchProgress {
  let tally: Tally | undefined;
  const note = (line: string) => terminal.log(line);
  return {
    begin: (plan) => {
      tally = new Tally(plan, clock);
      const { rounds, samples, done } = plan;
      note(`${rounds} rounds of ${samples} trials${done === 0 ? '' : `, ${done} of them done before`}`);
    },
    trialEnded: (trial) => {
      if (tally === undefined) return;
      const { metric, rounds } = tally.plan;
      const improved = tally.count(trial);
      const place = `round ${trial.round + 1}/${rounds}, trial ${trial.index + 1}/${tally.plan.samples}`;
      if (trial.status === 'failed') note(failure(trial));
      else if (improved) note(`${place}: ${metric} ${percent(trial.reward)}, the best so far`);
      const mean = tally.roundMean(trial.round);
      if (mean === undefined) return;
      const state = `mean ${metric} ${percent(mean)}, best ${tally.bestText()}`;
      note(`round ${trial.round + 1}/${rounds} done: ${state}, ${tally.left()} left`);
    },
    note,
    stop: () => {},
  };
}
