export { CuttableLine } from './cuttable-line.ts';
export {
  bullmq,
  type DistributedOptions,
  type MadeUpWorker,
  type MadeUpWorkerOptions,
  madeUpJob,
  madeUpOutcome,
  madeUpTask,
  startWorker,
} from './made-up-trials.ts';
export { AslProcess, DistributedProject, type ProcessEnd } from './processes.ts';
export { REDIS_SERVER, type RedisOptions, RedisServer } from './redis-server.ts';
