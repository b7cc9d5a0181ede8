import { loadConfig } from '@auto-seg-loss/config';
import type { MakeExecutor, WorkerInit } from '@auto-seg-loss/runtime';
import { InlineExecutor, type TrialRunner } from '@auto-seg-loss/study';
import { createRunner } from '../src/worker.ts';
import { makeProject } from './project.ts';
import { CONFIG } from './search-of-seconds.ts';

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
