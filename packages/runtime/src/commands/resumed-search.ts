import type { Problem } from '@auto-seg-loss/kernel';
import { isFinished, type TrialStore } from '@auto-seg-loss/study';
import type { ResumedSearch } from './search-events.ts';

/** What a store says of the search that it holds. @param rounds of the searcher. */
export function resumedFrom(store: TrialStore, rounds: number, changes: readonly Problem[]): ResumedSearch {
  const all = store.trials();
  const trials = all.filter(({ round }) => round < rounds);
  const finished = trials.filter(isFinished);
  const rungs = new Set(store.rungs().map(({ number }) => number));
  const pending = all.filter((trial) => !isFinished(trial));
  return {
    round: store.lastSnapshot()?.round ?? 0,
    rounds,
    finished: finished.length,
    failed: finished.filter(({ outcome }) => outcome.status === 'failed').length,
    pruned: finished.filter(({ outcome }) => outcome.status === 'pruned').length,
    again: all.filter(isFinished).length - finished.length,
    pending: pending.length,
    paused: pending.filter(({ number }) => rungs.has(number)).length,
    changes,
  };
}
