import {
  candidateScores,
  type FinishedTrial,
  type Front,
  isFinished,
  meanScores,
  type ReevaluationOptions,
  type RivalPoint,
  ranked,
  rewardOf,
  roundsAgain,
  type ScoreVector,
  scoresAgain,
  type TrialRecord,
} from '@auto-seg-loss/study';

/** A candidate that was tried again. */
export interface TriedAgain {
  /** Of the candidates, in the order in which they were tried: the rivals of a space come last. */
  readonly index: number;
  readonly theta: readonly number[];
  /** The search's trial with this θ; null for a point that the searcher recommended and had not tried, and for a rival. */
  readonly trial: FinishedTrial | null;
  /** Of a hand-made loss that was tried beside the best, its name. */
  readonly rival?: string;
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
 * @param rounds of the searcher. @param reevaluation of the config: rounds that come after its own are of the winner alone.
 * @param rivals of the search's space.
 */
export function finalistsOf(
  trials: readonly TrialRecord[],
  rounds: number,
  reevaluation: Omit<ReevaluationOptions, 'confirm'>,
  rivals: readonly RivalPoint[] = [],
): Finalists {
  const repeats = roundsAgain(reevaluation);
  // After a race those that stayed longer come before.
  const longer = (candidate: TriedAgain): number => (reevaluation.race == null ? 0 : candidate.repeats.length);
  const searched = trials.filter((trial) => trial.round < rounds);
  const again = trials.filter((trial): trial is FinishedTrial => trial.round >= rounds && isFinished(trial));
  const first = trials.filter((trial) => trial.round === rounds);
  const metrics = searched.map(candidateScores).find((scores) => scores !== null)?.length;
  const tried = first
    .map(({ theta, index }): TriedAgain => {
      const own = again.filter((trial) => trial.index === index && trial.round < rounds + repeats);
      const from = searched.find((trial) => isFinished(trial) && isSame(trial.theta, theta));
      const rival = from === undefined ? rivals.find((each) => isSame(each.theta, theta)) : undefined;
      const mean = own.reduce((sum, { outcome }) => sum + rewardOf(outcome), 0) / own.length;
      return {
        index,
        theta,
        trial: from !== undefined && isFinished(from) ? from : null,
        ...(rival === undefined ? {} : { rival: rival.name }),
        repeats: own,
        mean,
        scores: metrics === undefined ? null : own.map((trial) => scoresAgain(trial, metrics)),
      };
    })
    .filter((candidate) => candidate.repeats.length > 0);
  const { ordered: candidates, front } = ranked(tried, {
    repeats: longer,
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

/** What a candidate that was tried again is called: its trial, or what it is in place of one. */
export function candidateName({
  trial,
  rival,
}: {
  readonly trial: Pick<TrialRecord, 'number'> | null;
  readonly rival?: string;
}): string {
  if (trial !== null) return `trial ${trial.number + 1}`;
  return rival ?? 'recommended';
}
