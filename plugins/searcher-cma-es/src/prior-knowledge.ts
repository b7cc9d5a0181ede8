import type { PriorTask, PriorTrial } from '@auto-seg-loss/kernel';
import { matern } from './gaussian-process.ts';
import { type Expectation, type LearnedProcess, learnedProcess } from './learned-process.ts';

/** What the priors of a space say of its points. */
export interface PriorKnowledge extends Expectation {
  /**
   * Of all that was tried or found in them: the point that they think most of, all together, and then what each of them thinks
   * most of alone. No two are the same.
   */
  readonly best: readonly (readonly number[])[];
}

/** Where nothing is known of a coordinate. */
const USUAL_SCALE = 0.8;
/** Trials of a task that are looked at: the time of a fit grows with their cube. */
const MEMORY = 120;

const known = new WeakMap<readonly PriorTask[], PriorKnowledge>();

/** What is expected without priors: nothing. */
export function noKnowledge(dimensions: number): Expectation {
  return { scales: new Array<number>(dimensions).fill(USUAL_SCALE), views: () => [] };
}

/** @param tasks at least one. What is made of them is kept for who asks again. */
export function priorKnowledge(tasks: readonly PriorTask[], dimensions: number): PriorKnowledge {
  const before = known.get(tasks);
  if (before !== undefined) return before;
  const knowledge = makeKnowledge(tasks, dimensions);
  known.set(tasks, knowledge);
  return knowledge;
}

type View = (theta: readonly number[]) => number;

function makeKnowledge(tasks: readonly PriorTask[], dimensions: number): PriorKnowledge {
  const nothing = noKnowledge(dimensions);
  const processes: LearnedProcess[] = [];
  const own: (readonly number[])[] = [];
  for (const { trials } of tasks) {
    const observations = thinned(trials).map(({ theta, reward }, round) => ({ theta, worth: reward, round }));
    const process = learnedProcess(observations, nothing);
    if (process === null) continue;
    processes.push(process);
    const thetas = observations.map(({ theta }) => theta);
    own.push(highest(thetas, (theta) => process.mean(theta)));
  }
  const found = tasks.flatMap(({ trials }) => trials.filter(({ reward }) => reward === null));
  own.push(...found.map(({ theta }) => theta));
  const each: readonly View[] = [
    ...processes.map(({ mean }) => mean),
    ...(found.length === 0 ? [] : [nearnessTo(found)]),
  ];
  const views = (theta: readonly number[]): readonly number[] => each.map((view) => view(theta));
  const logScale = (axis: number): number =>
    processes.reduce((sum, { scales }) => sum + Math.log(scales[axis] as number), 0) / processes.length;
  return {
    views,
    scales: processes.length === 0 ? nothing.scales : nothing.scales.map((_, axis) => Math.exp(logScale(axis))),
    best: distinct([
      highest(
        tasks.flatMap(({ trials }) => trials.map(({ theta }) => theta)),
        (theta) => views(theta).reduce((sum, view) => sum + view, 0),
      ),
      ...own,
    ]),
  };
}

/** Those with a reward; of many, some, spread evenly over the order of their rewards. */
function thinned(trials: readonly PriorTrial[]): readonly { theta: readonly number[]; reward: number }[] {
  const rewarded = trials.flatMap(({ theta, reward }) => (reward === null ? [] : [{ theta, reward }]));
  if (rewarded.length <= MEMORY) return rewarded;
  const sorted = rewarded.toSorted((a, b) => b.reward - a.reward);
  const step = (sorted.length - 1) / (MEMORY - 1);
  return Array.from({ length: MEMORY }, (_, index) => sorted[Math.round(index * step)] as (typeof sorted)[number]);
}

/** Losses that were found say one thing: that it is good to be near them. */
function nearnessTo(found: readonly PriorTrial[]): View {
  return (theta) => {
    const near = found.map((other) => {
      const square = theta.reduce((sum, value, axis) => sum + (value - (other.theta[axis] as number)) ** 2, 0);
      return matern(Math.sqrt(square) / USUAL_SCALE);
    });
    return (2 * near.reduce((sum, one) => sum + one, 0)) / near.length - 1;
  };
}

function distinct(points: readonly (readonly number[])[]): readonly (readonly number[])[] {
  return [...new Map(points.map((point) => [JSON.stringify(point), point])).values()];
}

/** Of equal ones the first. */
export function highest(
  points: readonly (readonly number[])[],
  worth: (theta: readonly number[]) => number,
): readonly number[] {
  const worths = points.map(worth);
  return points[worths.indexOf(Math.max(...worths))] as readonly number[];
}
