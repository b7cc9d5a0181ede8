import type { Searcher, TrialResult } from '@auto-seg-loss/kernel';
import { worthsOf } from './pareto/judged.ts';
import { type FinishedTrial, rewardOf } from './trial.ts';

/**
 * Tells a searcher the results of a round. Of a search for several metrics, rewards say how a trial stands among all that were tried so
 * far: those of earlier rounds are told anew.
 * @param trials of all rounds up to this one, by number. @param round the one that the searcher asked for last.
 */
export function tellRound(searcher: Pick<Searcher, 'tell'>, trials: readonly FinishedTrial[], round: number): void {
  const isSeveral = trials.some(({ outcome }) => outcome.status !== 'failed' && outcome.scores !== undefined);
  const worths = worthsOf(trials.map(({ outcome }) => (outcome.status === 'failed' ? { reward: 0 } : outcome)));
  const results = trials.map((trial, index) => resultOfTrial(trial, worths[index] as number));
  const own = results.filter((_, index) => trials[index]?.round === round);
  if (isSeveral) searcher.tell(own, results.slice(0, results.length - own.length));
  else searcher.tell(own);
}

/** @param reward what it is worth, where that is not its own. */
export function resultOfTrial({ theta, outcome }: FinishedTrial, reward: number = rewardOf(outcome)): TrialResult {
  const { status } = outcome;
  return {
    theta,
    status,
    reward: status === 'failed' ? rewardOf(outcome) : reward,
    ...(status === 'pruned' ? { share: outcome.share } : {}),
    ...(status === 'complete' && outcome.descended !== undefined ? { descended: outcome.descended } : {}),
  };
}
