import { access } from 'node:fs/promises';
import { AslError, ERROR_CODES, type ErrorCode, type ErrorDetails } from '@auto-seg-loss/kernel';
import type { Executor } from '@auto-seg-loss/study';
import type { CarriedError } from './warm-start-runner.ts';

/**
 * Has the warm start of a run trained by one worker, unless its file is there. What is wrong with the data shows here.
 * @param onIteration called with the iterations done.
 * @throws AslError as the worker met it; the signal's reason.
 */
export async function trainWarmStart(options: {
  readonly path: string;
  readonly makeExecutor: () => Executor;
  readonly onIteration: (done: number) => void;
  readonly signal: AbortSignal;
}): Promise<void> {
  if (await exists(options.path)) return;
  const executor = options.makeExecutor();
  try {
    const task = { number: 0, round: 0, index: 0, key: 'warm-start', theta: [], content: 'warm-start' };
    const report = (step: number): 'continue' => {
      options.onIteration(step);
      return 'continue';
    };
    const outcome = await executor.run(task, { report, retry: () => {} }, options.signal);
    if (outcome.status === 'failed') throw new AslError('ASL_SEARCH_FAILED', `the warm start failed: ${outcome.error}`);
    if (outcome.metrics !== null) throw restored(outcome.metrics as unknown as CarriedError);
  } finally {
    await executor.close();
  }
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

function restored({ code, message, details }: CarriedError): AslError {
  return new AslError(
    code in ERROR_CODES ? (code as ErrorCode) : 'ASL_SEARCH_FAILED',
    message,
    details as ErrorDetails,
  );
}
