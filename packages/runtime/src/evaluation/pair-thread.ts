import { type ErrorCode, type ErrorDetails, isAslError } from '@auto-seg-loss/kernel';
import Tinypool from 'tinypool';
import type { EvaluationPair } from '../commands/evaluation-pairs.ts';
import { youngCollector } from './collect-young.ts';
import { type CountedPair, createPairCounter, type PairWork } from './pair-counter.ts';

/** What a thread says of a pair; of an error its parts, since an error loses them on its way between threads. */
export type PairOutcome =
  | { readonly counted: CountedPair }
  | { readonly error: { readonly code: ErrorCode; readonly message: string; readonly details: ErrorDetails } };

const counter = createPairCounter(Tinypool.workerData as PairWork);
// An error of it is that of the first pair.
counter.catch(() => undefined);
const collect = youngCollector();

/** The task of the threads that count pairs. */
export default async function countPair(pair: EvaluationPair): Promise<PairOutcome> {
  try {
    const count = await counter;
    return { counted: await count(pair) };
  } catch (error) {
    if (!isAslError(error)) throw error;
    const { cause: _, ...details } = error.details;
    return { error: { code: error.code, message: error.message, details } };
  } finally {
    collect();
  }
}
