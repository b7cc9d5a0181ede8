import { isAslError, type Json } from '@auto-seg-loss/kernel';
import type { TrialRunner } from '@auto-seg-loss/study';
import type { Run } from '../container/assemble-run.ts';
import { prepareProxy } from './prepare-proxy.ts';
import { reportIterations } from './report-iterations.ts';

/** An error on its way from the worker: an outcome's `error` is text, and would lose its code. */
export interface CarriedError {
  readonly code: string;
  readonly message: string;
  readonly details: Json;
}

/**
 * Trains the network that all trials start from, reporting the share of iterations done, and leaves it in its file. Reads
 * the data first, so that what is wrong with it shows before any trial is run.
 */
export function createWarmStartRunner(run: Run, warmStart: string): TrialRunner {
  const iterations = run.config.proxy.warmStart?.iterations ?? 0;
  return {
    run: async (_task, report) => {
      try {
        const proxy = await prepareProxy(run, warmStart, reportIterations(report, iterations));
        proxy.dispose();
        return { status: 'complete', reward: 0, metrics: null };
      } catch (error) {
        if (!isAslError(error)) throw error;
        const { cause: _, ...details } = error.details;
        const carried: CarriedError = { code: error.code, message: error.message, details: details as unknown as Json };
        return { status: 'complete', reward: 0, metrics: carried as unknown as Json };
      }
    },
  };
}
