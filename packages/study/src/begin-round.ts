import { AslError, contentKey, type Json, type Proposal, type Searcher } from '@auto-seg-loss/kernel';
import type { TrialRecord } from './trial.ts';
import type { NewTrial, TrialStore } from './trial-store.ts';

/** All that a trial's outcome depends on, from its proposal and its round; hashed, it is the trial's key. */
export type TrialContent = (proposal: Pick<Proposal, 'theta' | 'descent'>, round: number) => Json;

/**
 * Asks the searcher for a round. Its trials come in the order of the proposals: stored now, or by an earlier process and
 * checked to be the same.
 * A trial equal to an earlier one, of this round or one before, is marked as its copy and will not be run.
 *
 * @throws AslError ASL_RUN_CHANGED if the stored round is another one; ASL_PLUGIN_INVALID for proposals that are no points
 * of the unit cube, or not as many as the searcher said.
 */
export function beginRound(
  searcher: Searcher,
  store: TrialStore,
  round: number,
  content: TrialContent,
): readonly TrialRecord[] {
  const proposals = searcher.ask();
  checkProposals(searcher, proposals);
  const first = store.countBefore(round);
  const numbers = new Map<string, number>();
  const trials = proposals.map((proposal, index): NewTrial => {
    const { theta, descent = null, whole = false } = proposal;
    const key = contentKey(content(proposal, round));
    const equal = numbers.get(key);
    const copyOf = equal ?? earlier(store, key, first);
    if (equal === undefined) numbers.set(key, copyOf ?? first + index);
    return { number: first + index, index, key, theta, descent, whole, copyOf };
  });
  if (store.round(round).length === 0) store.addRound(round, trials);
  const stored = store.round(round);
  for (const [index, trial] of trials.entries()) checkEqual(store, round, trial, stored[index]);
  if (stored.length !== trials.length)
    throw changed(store, round, `${trials.length} trials`, `${stored.length} trials`);
  return stored;
}

function checkProposals(searcher: Searcher, proposals: readonly Proposal[]): void {
  const where = `searcher "${searcher.name}", ask`;
  if (proposals.length !== searcher.samples) {
    throw new AslError('ASL_PLUGIN_INVALID', 'the searcher does not make as many proposals as it said', {
      where,
      expected: `${searcher.samples} proposals, as in "samples"`,
      received: String(proposals.length),
    });
  }
  for (const { theta } of proposals) {
    if (theta.every((value) => value >= 0 && value <= 1)) continue;
    throw new AslError('ASL_PLUGIN_INVALID', 'a proposal is no point of the unit cube', {
      where,
      expected: 'numbers in [0, 1]',
      received: `[${theta.join(', ')}]`,
    });
  }
}

function earlier(store: TrialStore, key: string, first: number): number | null {
  const trial = store.findByKey(key);
  return trial !== null && trial.number < first ? trial.number : null;
}

function checkEqual(store: TrialStore, round: number, trial: NewTrial, stored: TrialRecord | undefined): void {
  const same =
    stored !== undefined &&
    stored.number === trial.number &&
    // What is finished keeps the key that it was run under, whatever change of the environment was accepted since.
    (stored.outcome !== null || stored.key === trial.key) &&
    stored.theta.length === trial.theta.length &&
    stored.theta.every((value, axis) => value === trial.theta[axis]);
  if (same) return;
  const show = (theta: readonly number[] | undefined, key: string | undefined): string =>
    `θ = ${JSON.stringify(theta)}, key ${key?.slice(0, 12)}`;
  throw changed(
    store,
    round,
    `trial ${trial.number + 1}: ${show(stored?.theta, stored?.key)}`,
    show(trial.theta, trial.key),
  );
}

function changed(store: TrialStore, round: number, expected: string, received: string): AslError {
  return new AslError(
    'ASL_RUN_CHANGED',
    'the search does not go on as it began: its trials are not those of the store',
    {
      where: `${store.file}, round ${round + 1}`,
      expected,
      received,
      remedy: 'restore the data and the versions that began the run, or start a new run in another folder',
    },
  );
}
