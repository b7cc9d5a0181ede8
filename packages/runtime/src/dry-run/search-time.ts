import { iterationAt } from '@auto-seg-loss/kernel';
import type { PruningOptions } from '@auto-seg-loss/study';
import type { ShapedTrial } from './search-shape.ts';

/** What the parts of a search take; in seconds, in one thread. */
export interface Costs {
  readonly iteration: number;
  /** An iteration of a trial whose θ is learned. */
  readonly descent: number;
  readonly beginning: number;
  readonly scoring: number;
}

/** What is to be done. */
export interface Workload {
  readonly rounds: readonly (readonly ShapedTrial[])[];
  /** Of a trial. */
  readonly iterations: number;
  readonly pruning: PruningOptions | null;
  /** Trainings of the best, all of which may run side by side; and of the one that is named then. */
  readonly again: number;
  readonly confirm: number;
  readonly workers: number;
}

/** Seconds that something takes, and seconds of all workers together. */
export interface Time {
  readonly seconds: number;
  readonly core: number;
}

/**
 * How long the trials of a search take. Rounds wait for their last trial, and rungs of a halving for the last at the rung.
 * @returns the least and the most: they differ where it depends on the rewards how far trials are trained.
 */
export function searchTime(work: Workload, costs: Costs): readonly [least: Time, most: Time] {
  const again = sumOf([work.again, work.confirm].map((count) => lanes(equal(count, wholeTrial(work, costs)), work)));
  const least = work.rounds.map((trials, round) => roundTime(trials, isFirst(work, round), 'least', work, costs));
  const most = work.rounds.map((trials, round) => roundTime(trials, isFirst(work, round), 'most', work, costs));
  return [sumOf([...least, again]), sumOf([...most, again])];
}

/** The median rule gives up nobody as long as there were few trials. */
const LEAST_EARLIER = 8;

function isFirst({ rounds }: Workload, round: number): boolean {
  return rounds.slice(0, round).reduce((sum, trials) => sum + trials.length, 0) < LEAST_EARLIER;
}

function roundTime(
  trials: readonly ShapedTrial[],
  isEarly: boolean,
  bound: 'least' | 'most',
  work: Workload,
  costs: Costs,
): Time {
  const { pruning } = work;
  const descents = trials.filter(({ descent }) => descent !== null);
  const own = descents.map(() => costs.beginning + work.iterations * costs.descent + costs.scoring);
  const others = trials.filter(({ descent }) => descent === null);
  if (pruning === null || others.length === 0)
    return lanes([...own, ...equal(others.length, wholeTrial(work, costs))], work);
  const parts = partsOf(pruning.rungs, work, costs);
  if (pruning.rule === 'median') {
    const [first = 0] = parts;
    const all = parts.reduce((sum, part) => sum + part, 0);
    const each = others.map(({ whole }) => (bound === 'most' || isEarly || whole ? all : first));
    return lanes([...own, ...each], work);
  }
  const wholes = others.filter(({ whole }) => whole).length;
  let going = others.length;
  return sumOf(
    parts.map((part, rung) => {
      const durations = [...(rung === 0 ? own : []), ...equal(going, part)];
      going = Math.max(wholes, 1, Math.ceil(pruning.keep * going));
      return lanes(durations, work);
    }),
  );
}

/** From one rung to the next, and to the end; each part is scored. */
function partsOf(rungs: readonly number[], { iterations }: Workload, costs: Costs): readonly number[] {
  const ends = [...rungs, 1].map((share) => iterationAt(share, iterations));
  return ends.map((end, index) => costs.beginning + (end - (ends[index - 1] ?? 0)) * costs.iteration + costs.scoring);
}

function wholeTrial({ iterations }: Workload, costs: Costs): number {
  return costs.beginning + iterations * costs.iteration + costs.scoring;
}

/** Begun in order, each in the lane that is free first. */
function lanes(durations: readonly number[], { workers }: Workload): Time {
  const ends = new Array<number>(workers).fill(0);
  for (const duration of durations) {
    const free = ends.indexOf(Math.min(...ends));
    ends[free] = (ends[free] ?? 0) + duration;
  }
  return { seconds: Math.max(0, ...ends), core: durations.reduce((sum, duration) => sum + duration, 0) };
}

function equal(count: number, duration: number): readonly number[] {
  return new Array<number>(count).fill(duration);
}

function sumOf(times: readonly Time[]): Time {
  return {
    seconds: times.reduce((sum, { seconds }) => sum + seconds, 0),
    core: times.reduce((sum, { core }) => sum + core, 0),
  };
}
