import { loadConfig } from '@auto-seg-loss/config';
import type { MakeExecutor, WorkerInit } from '@auto-seg-loss/runtime';
import { InlineExecutor, type TrialRunner } from '@auto-seg-loss/study';
import { createRunner } from '../src/worker.ts';
import { makeProject } from './project.ts';

export const SIZE = [32, 32];
/** A search of seconds. */
export const CONFIG = {
  metric: 'miou',
  workers: 1,
  searcher: { use: 'ppo', rounds: 2, samples: 3 },
  dataset: { use: 'scenes', size: SIZE, train: 6, val: 2 },
  network: { use: 'deeplab-lite', width: 4, rates: [1] },
  proxy: {
    size: SIZE,
    batchSize: 2,
    iterations: 4,
    learningRate: 0.2,
    warmStart: { size: SIZE, batchSize: 2, iterations: 12 },
  },
  reevaluation: { candidates: 1, repeats: 2, confirm: 2 },
  training: { size: SIZE, batchSize: 2, iterations: 3 },
};

/** The worker module, in this process. */
export const makeExecutor: MakeExecutor = (init: WorkerInit) => {
  let runner: Promise<TrialRunner> | undefined;
  const made = async (): Promise<TrialRunner> => {
    runner ??= Promise.resolve(createRunner(init));
    return runner;
  };
  const executor = new InlineExecutor({
    run: async (...args) => (await made()).run(...args),
    dispose: async () => (await runner)?.dispose?.(),
  });
  return {
    concurrency: 1,
    run: async (...args) => {
      await made();
      return executor.run(...args);
    },
    close: () => executor.close(),
  };
};

/** The config of a new project, with changes and further files. */
export async function loaded(change: object = {}, files: object = {}): ReturnType<typeof loadConfig> {
  const cwd = await makeProject({ ...files, 'asl.config.json': { ...CONFIG, ...change } });
  return loadConfig({ cwd });
}
