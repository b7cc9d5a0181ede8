import type { PriorTask, PriorTrial } from './searcher.ts';

/** How far a trial speaks for its surroundings, in units of the cube's side, along each coordinate. */
const WIDTH = 0.12;
/** What a task says of a point far from all its trials is drawn to nothing, as by so many trials at the point. */
const SILENCE = 0.5;

/**
 * Of all points that the priors of a space tried or found, the one that they think most of, all together: rewards of different
 * tasks are not comparable, so that each task speaks by the order of its own, averaged over the neighbourhood of a point, since
 * the best of many noisy rewards is a lucky one. A loss that was found speaks for itself and what is near it.
 *
 * @returns undefined without priors.
 */
export function priorStart(prior: readonly PriorTask[] = []): readonly number[] | undefined {
  const tasks = prior.map(({ trials }) => withRanks(trials));
  let best: { readonly theta: readonly number[]; readonly worth: number } | undefined;
  for (const { theta } of prior.flatMap(({ trials }) => trials)) {
    const worth = tasks.reduce((sum, task) => sum + smoothed(theta, task), 0);
    if (best === undefined || worth > best.worth) best = { theta, worth };
  }
  return best?.theta;
}

interface Ranked {
  readonly theta: readonly number[];
  /** From -1 for the worst of a task to 1 for its best. */
  readonly rank: number;
}

function withRanks(trials: readonly PriorTrial[]): readonly Ranked[] {
  const rewards = trials.flatMap(({ reward }) => reward ?? []);
  return trials.map(({ theta, reward }) => {
    if (reward === null) return { theta, rank: 1 };
    const below = rewards.filter((other) => other < reward).length;
    const above = rewards.filter((other) => other > reward).length;
    return { theta, rank: (below - above) / Math.max(1, rewards.length - 1) };
  });
}

function smoothed(theta: readonly number[], task: readonly Ranked[]): number {
  let [weights, sum] = [SILENCE, 0];
  for (const { theta: other, rank } of task) {
    const square = theta.reduce((total, value, axis) => total + (value - (other[axis] as number)) ** 2, 0);
    const weight = Math.exp(-square / (2 * theta.length * WIDTH ** 2));
    weights += weight;
    sum += weight * rank;
  }
  return sum / weights;
}
