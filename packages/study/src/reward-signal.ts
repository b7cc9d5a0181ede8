import { isCandidate, type Scores, type TrialRecord } from './trial.ts';
import type { RungRecord } from './trial-store.ts';

/**
 * Whether the rewards of a search tell its losses apart: `none` where different losses had equal rewards throughout, `unknown`
 * where fewer than two were scored.
 */
export type RewardSignal = 'some' | 'none' | 'unknown';

/** What a loss was worth. */
interface Scored {
  readonly theta: string;
  readonly reward: number;
}

/**
 * Trials of a round see the same batches and start from the same weights: between them only the losses differ, and so they are
 * compared within a round and at equal shares of their training. Between rounds rewards differ for other reasons too; they are
 * compared only where no round has two.
 * @param trials of the searcher. @param rungs what they were worth on the way.
 * @param metric of several the one that is looked at; without it, rewards are.
 */
export function rewardSignal(
  trials: readonly TrialRecord[],
  rungs: readonly RungRecord[],
  metric?: number,
): RewardSignal {
  const worthOf = ({ reward, scores }: Scores): number => (metric === undefined ? reward : (scores?.[metric] ?? 0));
  const groups = new Map<string, Scored[]>();
  const add = ({ round, theta }: TrialRecord, share: number, reward: number): void => {
    const key = `${round} ${share}`;
    const group = groups.get(key) ?? [];
    group.push({ theta: JSON.stringify(theta), reward });
    groups.set(key, group);
  };
  const byNumber = new Map(trials.map((trial) => [trial.number, trial]));
  for (const { number, share, scores } of rungs) {
    const trial = byNumber.get(number);
    if (trial !== undefined) add(trial, share, worthOf(scores));
  }
  for (const trial of trials) {
    if (isCandidate(trial) && trial.outcome.status === 'complete') add(trial, 1, worthOf(trial.outcome));
  }
  const within = [...groups.values()].filter(hasTwo);
  if (within.length > 0) return within.some(differ) ? 'some' : 'none';
  const whole = [...groups].flatMap(([key, scored]) => (key.endsWith(' 1') ? scored : []));
  if (!hasTwo(whole)) return 'unknown';
  return differ(whole) ? 'some' : 'none';
}

/** A loss that was tried twice is one. */
function hasTwo(scored: readonly Scored[]): boolean {
  return new Set(scored.map(({ theta }) => theta)).size > 1;
}

function differ(scored: readonly Scored[]): boolean {
  return new Set(scored.map(({ reward }) => reward)).size > 1;
}
