import { AslError, type Json } from '@auto-seg-loss/kernel';
import type { TrialRunner } from '@auto-seg-loss/study';
import type { Run } from '../container/assemble-run.ts';
import { type GuardReference, guardsOf } from './guards.ts';
import { outcomeOfJob } from './job-outcome.ts';
import { prepareProxy, REFERENCE_LOSS, referenceLoss } from './prepare-proxy.ts';
import { REFERENCE_TRAININGS, referenceIterations } from './reference-iterations.ts';
import { reportIterations } from './report-iterations.ts';
import type { WorkerInit } from './worker-init.ts';

/** Measures what cross-entropy reaches in the proxy task, which guards compare candidates with; at each rung too. */
export function createReferenceRunner(run: Run, init: Pick<WorkerInit, 'warmStart' | 'twins'>): TrialRunner {
  const { pruning, proxy: options } = run.config;
  return {
    run: (_task, report) =>
      outcomeOfJob(async () => {
        const guards = guardsOf(run.config.guards, await run.guards);
        const proxy = await prepareProxy(run, init);
        const { done, signal } = reportIterations(report, referenceIterations(options.iterations, pruning));
        const loss = await referenceLoss(run);
        const sums: Record<string, Record<string, number>> = {};
        let iterations = 0;
        try {
          for (const until of [...(pruning?.rungs ?? []), 1]) {
            const sum: Record<string, number> = {};
            for (let number = 0; number < REFERENCE_TRAININGS; number++) {
              const seedLabel = `reference/${number}`;
              const onIteration = (): void => done(++iterations);
              const outcome = await proxy.run({ loss, round: 0, seedLabel, until, onIteration, signal });
              if (outcome.status === 'failed') throw failed(outcome.reason);
              for (const { metric } of guards)
                sum[metric] = (sum[metric] ?? 0) + (outcome.metrics[metric]?.value ?? 0) / REFERENCE_TRAININGS;
            }
            sums[String(until)] = sum;
          }
        } finally {
          proxy.dispose();
        }
        return sums satisfies GuardReference as unknown as Json;
      }),
  };
}

function failed(reason: string): AslError {
  return new AslError('ASL_SEARCH_FAILED', `${REFERENCE_LOSS} cannot be trained in the proxy task: ${reason}`, {
    where: 'guards',
    expected: 'finite values throughout: guards compare with it',
    remedy: 'lower proxy.learningRate',
  });
}
