import { AslError } from '@auto-seg-loss/kernel';
import type { Outcome, TrialTask } from './trial.ts';

/**
 * Tells how a running trial is doing; on 'stop' the trial ends early, as pruned.
 * @param step iterations trained so far.
 * @param reward in [0, 1].
 */
export type Report = (step: number, reward: number) => Promise<'continue' | 'stop'>;

/** Runs trials, one after the other. What it loads once (data, a network's start) serves them all. */
export interface TrialRunner {
  /** A trial that cannot be scored is an outcome ('failed'); so is an error that is thrown. */
  run(task: TrialTask, report: Report): Promise<Outcome>;
  dispose?(): void | Promise<void>;
}

/** What a worker module exports as `createRunner`. An error thrown here ends the search, not a trial. */
export type CreateRunner = (initData: unknown) => TrialRunner | Promise<TrialRunner>;

/** Runs a trial, and makes whatever goes wrong in it an outcome. */
export async function runTrial(runner: TrialRunner, task: TrialTask, report: Report): Promise<Outcome> {
  try {
    const outcome = await runner.run(task, (step, reward) => {
      if (!isReward(reward)) {
        throw new AslError('ASL_TRIAL_FAILED', `the reward reported at step ${step} is ${reward}, not in [0, 1]`);
      }
      return report(step, reward);
    });
    return problemOf(outcome) ?? outcome;
  } catch (error) {
    return { status: 'failed', error: error instanceof Error ? error.message : String(error) };
  }
}

/** Worker modules may be plain JavaScript: what they return is checked before it is stored. */
function problemOf(outcome: Outcome): Outcome | null {
  const failed = (error: string): Outcome => ({ status: 'failed', error });
  switch (outcome.status) {
    case 'failed':
      return typeof outcome.error === 'string' ? null : failed('the trial failed without a reason');
    case 'complete':
    case 'pruned':
      if (!isReward(outcome.reward)) return failed(`the reward is ${outcome.reward}, not in [0, 1]`);
      return outcome.metrics === undefined ? failed('the outcome has no metrics') : null;
    default:
      return failed(`the trial ended with ${JSON.stringify(outcome)}, which is no outcome`);
  }
}

function isReward(value: number): boolean {
  return value >= 0 && value <= 1;
}
