import { type Executor, WorkerExecutor } from '@auto-seg-loss/study';
import type { WorkerInit } from './worker-init.ts';

/** Makes what runs jobs. @param onLogLost hears once why the log cannot be written. */
export type MakeExecutor = (
  init: WorkerInit,
  workers: number,
  logFile: string | undefined,
  onLogLost?: (reason: string) => void,
) => Executor;

/** The compiled worker module, whether this file runs compiled or from its source: worker processes run JavaScript. */
export const WORKER_MODULE: URL = new URL('../../dist/worker.js', import.meta.url);

/** Worker processes, one thread each; what they print goes to the log file. */
export const workerProcesses: MakeExecutor = (init, workers, logFile, onLogLost) =>
  new WorkerExecutor({
    module: WORKER_MODULE,
    initData: init,
    workers,
    ...(logFile === undefined ? {} : { logFile }),
    ...(onLogLost === undefined ? {} : { onLogLost }),
  });
