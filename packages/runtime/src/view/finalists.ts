import {
  candidateScores,
  type FinishedTrial,
  type Front,
  isFinished,
  meanScores,
  ranked,
  rewardOf,
  type ScoreVector,
  scoresAgain,
  type TrialRecord,
} from '@auto-seg-loss/study';

/** A candidate that was tried again. */
export interface TriedAgain {
  readonly theta: readonly number[];
  /** The search's trial with this θ; null for a point that the searcher recommended and had not tried. */
  readonly trial: FinishedTrial | null;
  readonly repeats: readonly FinishedTrial[];
  readonly mean: number;
  /** Of a search for several metrics, the scores of each repeat; null of another. */
  readonly scores: readonly ScoreVector[] | null;
}

export interface Finalists {
  /** By mean reward, the best first; of a search for several metrics the knee, then the front along it, then the others. */
  readonly candidates: readonly TriedAgain[];
  /** Further trainings of the first of them, which nothing was chosen by. */
  readonly confirmed: readonly FinishedTrial[];
  /** Standard deviation of one training's reward, over the repeats of all candidates; null without two of one. */
  readonly noise: number | null;
  /** By the means of what was tried again so far; null of a search for one metric, and before there is any. */
  readonly front: Front<TriedAgain> | null;
}

/**
 * What was tried again after the search, as far as it has an outcome.
 * @param rounds of the searcher. @param repeats rounds of all candidates; those that come after are of the winner alone.
 */
export function finalistsOf(trials: readonly TrialRecord[], rounds: number, repeats: number): Finalists {
  const searched = trials.filter((trial) => trial.round < rounds);
  const again = trials.filter((trial): trial is FinishedTrial => trial.round >= rounds && isFinished(trial));
  const first = trials.filter((trial) => trial.round === rounds);
  const tried = first
    .map(({ theta, index }): TriedAgain => {
      const own = again.filter((trial) => trial.index === index && trial.round < rounds + repeats);
      const from = searched.find((trial) => isFinished(trial) && isSame(trial.theta, theta));
      const mean = own.reduce((sum, { outcome }) => sum + rewardOf(outcome), 0) / own.length;
      const metrics = from === undefined ? undefined : candidateScores(from)?.length;
      const scores = metrics === undefined ? null : own.map((trial) => scoresAgain(trial, metrics));
      return { theta, trial: from !== undefined && isFinished(from) ? from : null, repeats: own, mean, scores };
    })
    .filter((candidate) => candidate.repeats.length > 0);
  const { ordered: candidates, front } = ranked(tried, {
    reward: ({ mean }) => mean,
    scores: ({ scores }) => (scores === null ? null : meanScores(scores)),
  });
  return {
    candidates,
    front,
    confirmed: again.filter((trial) => trial.round >= rounds + repeats),
    noise: pooledDeviation(candidates.map((each) => each.repeats.map(({ outcome }) => rewardOf(outcome)))),
  };
}

function isSame(theta: readonly number[], other: readonly number[]): boolean {
  return theta.every((value, axis) => value === other[axis]);
}

/** Of a single value about the mean of its group. */
function pooledDeviation(groups: readonly (readonly number[])[]): number | null {
  let [squares, freedom] = [0, 0];
  for (const group of groups) {
    const mean = group.reduce((sum, value) => sum + value, 0) / group.length;
    squares += group.reduce((sum, value) => sum + (value - mean) ** 2, 0);
    freedom += group.length - 1;
  }
  return freedom > 0 ? Math.sqrt(squares / freedom) : null;
}
