import type { TrialRunner } from '@auto-seg-loss/study';
import type { Run } from '../container/assemble-run.ts';
import { outcomeOfJob } from './job-outcome.ts';
import { prepareProxy } from './prepare-proxy.ts';
import { reportIterations } from './report-iterations.ts';
import type { WorkerInit } from './worker-init.ts';

/**
 * Trains the network that all trials start from, or one for each fold, reporting the share of iterations done, and leaves it in its file.
 */
export function createWarmStartRunner(run: Run, init: Pick<WorkerInit, 'warmStart' | 'twins'>): TrialRunner {
  const { warmStart, reward } = run.config.proxy;
  const iterations = (reward.folds ?? 1) * (warmStart?.iterations ?? 0);
  return {
    run: (_task, report) =>
      outcomeOfJob(async () => {
        const proxies = await prepareProxy(run, init, reportIterations(report, iterations));
        try {
          for (const division of proxies.divisions.keys()) await proxies.task(division);
        } finally {
          proxies.dispose();
        }
        return null;
      }),
  };
}
