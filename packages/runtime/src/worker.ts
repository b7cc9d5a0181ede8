import { openEngine } from '@auto-seg-loss/engine';
import type { CreateRunner, TrialRunner } from '@auto-seg-loss/study';
import { assembleRun, type Run } from './index.ts';
import { createInspectionRunner } from './jobs/inspection-runner.ts';
import { createMeasurementRunner } from './jobs/measurement-runner.ts';
import { createReferenceRunner } from './jobs/reference-runner.ts';
import { createTrainingRunner } from './jobs/training-runner.ts';
import { createTrialRunner } from './jobs/trial-runner.ts';
import { createWarmStartRunner } from './jobs/warm-start-runner.ts';
import type { WorkerInit } from './jobs/worker-init.ts';

/** The module that worker processes load: opens the engine with one thread, puts the run together and makes its runner. */
export const createRunner: CreateRunner = async (initData) => {
  const init = initData as WorkerInit;
  // To look at images takes no tensors.
  if (init.job !== 'inspection') await openEngine({ threads: 1, backend: init.engine });
  const run = await assembleRun(init.config, init.context);
  const runner = await runnerOf(init, run);
  return {
    run: (task, report, alive) => runner.run(task, report, alive),
    dispose: async () => {
      await runner.dispose?.();
      await run.dispose();
    },
  };
};

async function runnerOf(init: WorkerInit, run: Run): Promise<TrialRunner> {
  switch (init.job) {
    case 'inspection':
      return createInspectionRunner(run);
    case 'warm-start':
      return createWarmStartRunner(run, init);
    case 'reference':
      return createReferenceRunner(run, init);
    case 'trial':
      return createTrialRunner(run, init);
    case 'measurement':
      return createMeasurementRunner(run, init);
    case 'training':
      return createTrainingRunner(run, init.paused);
  }
}
