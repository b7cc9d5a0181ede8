import type { Json } from '@auto-seg-loss/kernel';
import type { Executor, TrialTask } from '@auto-seg-loss/study';
import { resultOfJob } from './job-outcome.ts';

/** A task for a worker that is no trial of a search. */
export function jobTask(index: number, key: string, content: Json): TrialTask {
  return { number: index, round: 0, index, key, theta: [], descent: null, content, from: 0, until: 1 };
}

/**
 * Has one worker do what a search needs before its first trial. What is wrong with the data shows here.
 * @param job its name, for messages. @param onIteration called with the iterations done.
 * @returns what the job came to. @throws AslError as the worker met it; the signal's reason.
 */
export async function runJob(options: {
  readonly job: string;
  readonly makeExecutor: () => Executor;
  readonly onIteration: (done: number) => void;
  readonly signal: AbortSignal;
}): Promise<Json> {
  const executor = options.makeExecutor();
  try {
    const report = (step: number): 'continue' => {
      options.onIteration(step);
      return 'continue';
    };
    const task = jobTask(0, options.job, options.job);
    const outcome = await executor.run(task, { report, retry: () => {} }, options.signal);
    if (outcome.status === 'paused') throw new Error('a job does not pause');
    return resultOfJob(outcome, options.job);
  } finally {
    await executor.close();
  }
}
