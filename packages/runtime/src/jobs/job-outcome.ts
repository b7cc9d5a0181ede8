import { AslError, type Json } from '@auto-seg-loss/kernel';
import type { Outcome } from '@auto-seg-loss/study';

/** Does a job that is no trial, and makes an outcome of its result. */
export async function outcomeOfJob(job: () => Promise<Json>): Promise<Outcome> {
  return { status: 'complete', reward: 0, images: 0, metrics: { result: await job() } };
}

/** The result of a job from its outcome. @throws AslError where it failed otherwise than by an AslError, which comes by itself. */
export function resultOfJob(outcome: Outcome, what: string): Json {
  if (outcome.status === 'complete') return (outcome.metrics as { readonly result: Json }).result;
  throw new AslError('ASL_SEARCH_FAILED', `${what} failed`, {
    received: outcome.status === 'failed' ? outcome.error : outcome.status,
  });
}
