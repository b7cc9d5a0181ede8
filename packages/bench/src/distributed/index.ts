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
export { REDIS_SERVER, type RedisOptions, RedisServer } from './redis-server.ts';
