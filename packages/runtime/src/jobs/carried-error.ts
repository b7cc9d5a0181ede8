import { AslError, type ErrorDetails, isAslError, isErrorCode, type Json } from '@auto-seg-loss/kernel';
import type { Outcome } from '@auto-seg-loss/study';

/** An error on its way from a worker: an outcome's `error` is text, and would lose its code. */
interface CarriedError {
  readonly code: string;
  readonly message: string;
  readonly details: Json;
}

/** Does a job, and makes an outcome of its result or of the AslError that it ends with. */
export async function outcomeOfJob(job: () => Promise<Json>): Promise<Outcome> {
  const complete = (metrics: Json): Outcome => ({ status: 'complete', reward: 0, images: 0, metrics });
  try {
    return complete({ result: await job() });
  } catch (error) {
    if (!isAslError(error)) throw error;
    const { cause: _, ...details } = error.details;
    const carried: CarriedError = { code: error.code, message: error.message, details: details as unknown as Json };
    return complete({ error: carried as unknown as Json });
  }
}

/** The result of a job from its outcome. @throws AslError as the worker met it. */
export function resultOfJob(outcome: Outcome, what: string): Json {
  if (outcome.status !== 'complete') {
    throw new AslError('ASL_SEARCH_FAILED', `${what} failed`, {
      received: outcome.status === 'failed' ? outcome.error : outcome.status,
    });
  }
  const carried = outcome.metrics as unknown as { readonly result?: Json; readonly error?: CarriedError };
  if (carried.error === undefined) return carried.result ?? null;
  const { code, message, details } = carried.error;
  throw new AslError(isErrorCode(code) ? code : 'ASL_SEARCH_FAILED', message, details as ErrorDetails);
}
