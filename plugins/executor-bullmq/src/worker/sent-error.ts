import { AslError, isAslError } from '@auto-seg-loss/kernel';
import type { SentError } from '../messages.ts';

/** What went wrong on a worker, as an error with a code. */
export function told(error: unknown): AslError {
  return isAslError(error) ? error : new AslError('ASL_INTERNAL', String(error), { cause: error });
}

/** An error as it is sent to a search. @param most how many of its problems go along. */
export function sentError({ code, message, details }: AslError, most: number = Number.POSITIVE_INFINITY): SentError {
  const { where, expected, received, remedy, output, problems = [] } = details;
  const named = problems
    .slice(0, most)
    .map((each) => `${each.where}: expected ${each.expected}, received ${each.received}`);
  const all = {
    where,
    expected,
    received: received ?? (named.length === 0 ? undefined : named.join('; ')),
    remedy,
    output,
  };
  return { code, message, details: Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined)) };
}
