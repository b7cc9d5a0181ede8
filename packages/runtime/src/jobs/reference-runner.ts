import { AslError, type Json } from '@auto-seg-loss/kernel';
import type { TrialRunner } from '@auto-seg-loss/study';
import type { Run } from '../container/assemble-run.ts';
import { type GuardReference, guardsOf, REFERENCE_LOSS, referenceName } from './guards.ts';
import { outcomeOfJob } from './job-outcome.ts';
import { prepareProxy, referenceLoss } from './prepare-proxy.ts';
import { REFERENCE_TRAININGS, referenceIterations, referencePlaces } from './reference-iterations.ts';
import { reportIterations } from './report-iterations.ts';
import type { WorkerInit } from './worker-init.ts';

/**
 * Measures what cross-entropy reaches in the proxy task, which guards compare with, and by which rewards of different folds are
 * made comparable; at each rung too.
 */
export function createReferenceRunner(run: Run, init: Pick<WorkerInit, 'warmStart' | 'twins'>): TrialRunner {
  const { config } = run;
  return {
    run: (_task, report) =>
      outcomeOfJob(async () => {
        const guards = guardsOf(config.guards, await run.guards).map(({ metric }) => metric);
        const metrics =
          config.proxy.reward.folds === null ? guards : [...guards, ...(await run.searched).map(({ name }) => name)];
        const proxies = await prepareProxy(run, init);
        const { done, signal } = reportIterations(report, referenceIterations(config));
        const loss = await referenceLoss(run);
        const sums: Record<string, Record<string, number>> = {};
        let iterations = 0;
        try {
          for (const { fold, share } of referencePlaces(config)) {
            const proxy = await proxies.task(fold ?? 0);
            const sum: Record<string, number> = {};
            for (let number = 0; number < REFERENCE_TRAININGS; number++) {
              const seedLabel = `reference/${number}`;
              const onIteration = (): void => done(++iterations);
              const outcome = await proxy.run({ loss, round: 0, seedLabel, until: share, onIteration, signal });
              if (outcome.status === 'failed') throw failed(outcome.reason, fold === null ? 'guards' : 'proxy');
              for (const metric of new Set(metrics))
                sum[metric] = (sum[metric] ?? 0) + (outcome.metrics[metric]?.value ?? 0) / REFERENCE_TRAININGS;
            }
            sums[referenceName(share, fold)] = sum;
          }
        } finally {
          proxies.dispose();
        }
        return sums satisfies GuardReference as unknown as Json;
      }),
  };
}

function failed(reason: string, where: string): AslError {
  return new AslError('ASL_SEARCH_FAILED', `${REFERENCE_LOSS} cannot be trained in the proxy task: ${reason}`, {
    where,
    expected: 'finite values throughout: trials are compared with it',
    remedy: 'lower proxy.learningRate',
  });
}
