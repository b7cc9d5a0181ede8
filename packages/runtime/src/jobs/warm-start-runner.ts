import type { TrialRunner } from '@auto-seg-loss/study';
import type { Run } from '../container/assemble-run.ts';
import { outcomeOfJob } from './carried-error.ts';
import { prepareProxy } from './prepare-proxy.ts';
import { reportIterations } from './report-iterations.ts';

/**
 * Trains the network that all trials start from, reporting the share of iterations done, and leaves it in its file. Reads
 * the data first, so that what is wrong with it shows before any trial is run.
 */
export function createWarmStartRunner(run: Run, warmStart: string): TrialRunner {
  const iterations = run.config.proxy.warmStart?.iterations ?? 0;
  return {
    run: (_task, report) =>
      outcomeOfJob(async () => {
        const proxy = await prepareProxy(run, warmStart, reportIterations(report, iterations));
        proxy.dispose();
        return null;
      }),
  };
}
