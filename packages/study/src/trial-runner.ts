import { AslError, isAslError } from '@auto-seg-loss/kernel';
import type { Outcome, Paused, StepLosses, TrialTask } from './trial.ts';

/**
 * Tells how a running trial is doing; on 'stop' the trial ends early, as pruned, or pauses.
 * @param step iterations trained so far.
 * @param reward in [0, 1].
 * @param losses of the iterations since the report before.
 */
export type Report = (step: number, reward: number, losses?: StepLosses) => Promise<'continue' | 'stop'>;

/** Runs trials, one after the other. What it loads once (data, a network's start) serves them all. */
export interface TrialRunner {
  /**
   * Trains from the task's `from` until its `until`, and pauses there if that is not the end. What was done before may be
   * lost, with the process that did it: it is then done again. A trial that cannot be scored is an outcome ('failed'); so is
   * an error that is thrown, unless it is an AslError of any other code than ASL_TRIAL_FAILED: that one says what a person has to
   * put right (a label that is no picture, a full disk, a plugin whose code throws), which other trials would meet too, and
   * ends the search with its own words.
   * @param alive to be called as the training goes on, with the iterations done where they are known: a process that is silent
   *   for long counts as hung. Reports do as well.
   */
  run(task: TrialTask, report: Report, alive: (iterations?: number) => void): Promise<Outcome | Paused>;
  dispose?(): void | Promise<void>;
}

/** What a worker module exports as `createRunner`. An error thrown here ends the search, not a trial. */
export type CreateRunner = (initData: unknown) => TrialRunner | Promise<TrialRunner>;

/** Runs a trial, and makes what goes wrong in it an outcome. @throws AslError for what every trial would meet. */
export async function runTrial(
  runner: TrialRunner,
  task: TrialTask,
  report: Report,
  alive: (iterations?: number) => void,
): Promise<Outcome | Paused> {
  let stopped = false;
  const checked: Report = async (step, reward, losses) => {
    if (!isReward(reward)) {
      throw new AslError('ASL_TRIAL_FAILED', `the reward reported at step ${step} is ${reward}, not in [0, 1]`);
    }
    const decision = await report(step, reward, losses);
    stopped ||= decision === 'stop';
    return decision;
  };
  try {
    const outcome = await runner.run(task, checked, alive);
    return problemOf(outcome, task, stopped) ?? outcome;
  } catch (error) {
    if (isForPerson(error)) {
      // A plugin's may be of another copy of the kernel.
      const { code, message, details } = error;
      throw error instanceof AslError ? error : new AslError(code, message, details);
    }
    return { status: 'failed', error: error instanceof Error ? error.message : String(error) };
  }
}

/**
 * As an outcome, it would be told to the searcher as a bad loss, and kept after the disk has room again or the plugin is mended;
 * and to a person without its file, code and remedy.
 */
function isForPerson(error: unknown): error is AslError {
  return isAslError(error) && error.code !== 'ASL_TRIAL_FAILED';
}

/** Worker modules may be plain JavaScript: what they return is checked before it is stored. */
function problemOf(outcome: Outcome | Paused, task: TrialTask, stopped: boolean): Outcome | null {
  const failed = (error: string): Outcome => ({ status: 'failed', error });
  switch (outcome.status) {
    case 'failed':
      return typeof outcome.error === 'string' ? null : failed('the trial failed without a reason');
    case 'paused':
      if (task.until >= 1 && !stopped) return failed('the trial paused at its end');
      return scoresProblem(outcome);
    case 'pruned':
      if (!(outcome.share > 0 && outcome.share < 1)) return failed(`the trial was pruned at ${outcome.share}`);
      return scoresProblem(outcome);
    case 'complete':
      if (task.descent !== null && !isTheta(outcome.descended, task)) {
        return failed(`the descent ended at [${String(outcome.descended)}], which is no point of the unit cube`);
      }
      return scoresProblem(outcome);
    default:
      return failed(`the trial ended with ${JSON.stringify(outcome)}, which is no outcome`);
  }
}

function scoresProblem({
  reward,
  scores,
  metrics,
  images,
}: Paused | Exclude<Outcome, { status: 'failed' }>): Outcome | null {
  const failed = (error: string): Outcome => ({ status: 'failed', error });
  if (!isReward(reward)) return failed(`the reward is ${reward}, not in [0, 1]`);
  if (scores !== undefined && !(Array.isArray(scores) && scores.length > 1 && scores.every(isReward)))
    return failed(`the scores are ${JSON.stringify(scores)}, not several in [0, 1]`);
  if (metrics === undefined) return failed('the outcome has no metrics');
  return Number.isInteger(images) && images >= 0 ? null : failed(`the trial trained on ${images} images`);
}

function isTheta(theta: readonly number[] | undefined, task: TrialTask): boolean {
  return theta?.length === task.theta.length && theta.every(isReward);
}

function isReward(value: number): boolean {
  return value >= 0 && value <= 1;
}
