import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { AslError } from '@auto-seg-loss/kernel';
import Tinypool from 'tinypool';
import type { EvaluationPair } from '../commands/evaluation-pairs.ts';
import { type CountedPair, createPairCounter, type PairWork } from './pair-counter.ts';
import type { PairOutcome } from './pair-thread.ts';

/** The compiled module of the threads, whether this file runs compiled or from its source: threads run JavaScript. */
const THREAD: string = fileURLToPath(new URL('../../dist/evaluation/pair-thread.js', import.meta.url));

/** A thread for fewer pairs would take longer to start than they take. */
const PAIRS_A_THREAD = 16;

/** Pairs that are handed out before their turn, for each thread: nothing is held up while results wait for those before them. */
const AHEAD = 4;

/** Decoded files are garbage a moment later: with little room for what is new, a thread collects it sooner. */
const YOUNG_MEGABYTES = 4;

/**
 * Counts pairs, in threads where there are several, and gives what was counted in the pairs' order.
 * @param workers threads; by default as many as there are cores, or fewer for few pairs. One works in this thread itself.
 * @throws AslError of the first pair that has one, whichever thread was the first to meet one.
 */
export async function* countPairs(
  work: PairWork,
  pairs: readonly EvaluationPair[],
  workers: number | undefined,
): AsyncGenerator<CountedPair> {
  const threads = Math.min(
    workers ?? Math.min(availableParallelism(), Math.ceil(pairs.length / PAIRS_A_THREAD)),
    pairs.length,
  );
  if (threads > 1) {
    yield* countInThreads(work, pairs, threads);
    return;
  }
  const count = await createPairCounter(work);
  for (const pair of pairs) yield await count(pair);
}

async function* countInThreads(
  work: PairWork,
  pairs: readonly EvaluationPair[],
  threads: number,
): AsyncGenerator<CountedPair> {
  const pool = new Tinypool({
    filename: THREAD,
    minThreads: threads,
    maxThreads: threads,
    workerData: work,
    // Not those of this process: they may be for another kind of module.
    execArgv: [],
    resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MEGABYTES },
  });
  const waiting: Promise<PairOutcome>[] = [];
  const handOut = (pair: EvaluationPair | undefined): void => {
    if (pair === undefined) return;
    const outcome: Promise<PairOutcome> = pool.run(pair);
    // It is awaited in its turn, which an earlier error may keep from coming.
    outcome.catch(() => undefined);
    waiting.push(outcome);
  };
  try {
    const ahead = AHEAD * threads;
    for (const pair of pairs.slice(0, ahead)) handOut(pair);
    for (let next = ahead, first = waiting.shift(); first !== undefined; next++, first = waiting.shift()) {
      const outcome = await first;
      handOut(pairs[next]);
      if ('error' in outcome) throw new AslError(outcome.error.code, outcome.error.message, outcome.error.details);
      yield outcome.counted;
    }
  } finally {
    await pool.destroy();
  }
}
