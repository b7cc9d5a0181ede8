import { bestTrial, type FinishedTrial, isFinished, rewardOf, type TrialRecord } from '@auto-seg-loss/study';
import type { RewardPoint } from '../page/page-data.ts';

const HOUR_MS = 3_600_000;

/**
 * Trials with what the search had spent when they ended, in the order of the search. A copy of an equal trial costs nothing.
 * @param trials of the searcher, by number. @returns rewards in percent.
 */
export function rewardsBySpending(trials: readonly TrialRecord[]): readonly RewardPoint[] {
  const finished = trials.filter(isFinished);
  const timed = finished.every(({ ms, copyOf }) => ms !== null || copyOf !== null);
  let best: FinishedTrial | null = null;
  let trainings = 0;
  let ms = 0;
  return finished.map((trial): RewardPoint => {
    const { outcome, number, round } = trial;
    best = bestTrial(best === null ? [trial] : [best, trial]);
    if (trial.copyOf === null) trainings += trainedShare(trial);
    ms += trial.ms ?? 0;
    return {
      number: number + 1,
      round: round + 1,
      status: outcome.status,
      reward: outcome.status === 'failed' ? null : rounded(100 * outcome.reward, 4),
      best: best === null ? null : rounded(100 * rewardOf(best.outcome), 4),
      trainings: rounded(trainings, 3),
      hours: timed ? rounded(ms / HOUR_MS, 6) : null,
    };
  });
}

/** Of thousands of trials, digits that nobody sees are most of a page. */
function rounded(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}

/** What share of a whole training a trial took. How far a failed one came is not known: it counts whole. */
export function trainedShare({ outcome }: FinishedTrial): number {
  return outcome.status === 'pruned' ? outcome.share : 1;
}

/** Core hours of trials, one training being one thread; null where a time is not known. */
export function coreHours(trials: readonly TrialRecord[]): number | null {
  const run = trials.filter((trial) => isFinished(trial) && trial.copyOf === null);
  if (run.some(({ ms }) => ms === null)) return null;
  return run.reduce((sum, { ms }) => sum + (ms ?? 0), 0) / HOUR_MS;
}
