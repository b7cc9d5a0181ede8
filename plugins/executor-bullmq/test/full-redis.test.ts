import {
  bullmq,
  madeUpJob,
  madeUpOutcome,
  madeUpTask,
  REDIS_SERVER,
  RedisServer,
  startWorker,
} from '@auto-seg-loss/bench/distributed';
import { expect, onTestFinished, test, vi } from 'vitest';

// Without a redis-server this test is left out: apt-get install redis-server, or valkey-server.

test.skipIf(REDIS_SERVER === undefined)('a search that begins while Redis is full waits for memory', async () => {
  const redis = await RedisServer.start();
  onTestFinished(() => redis.remove());
  const factory = await bullmq(redis.url, { lease: 0.6, heartbeat: 0.1 });
  const worker = startWorker(factory);
  onTestFinished(() => worker.stop());
  redis.cli('config', 'set', 'maxmemory', '1');
  const notices: string[] = [];
  const executor = factory.create(madeUpJob({ notices }));
  onTestFinished(() => executor.close());
  const hooks = { report: () => 'continue' as const, retry: () => {} };
  const ran = executor.run(madeUpTask(1), hooks, new AbortController().signal);
  ran.catch(() => {});
  await vi.waitFor(() => expect(notices.join('\n')).toMatch(/has no memory for more/), 60_000);
  redis.cli('config', 'set', 'maxmemory', '0');
  expect(await ran).toEqual(madeUpOutcome(madeUpTask(1)));
});
