import {
  bullmq,
  CuttableLine,
  madeUpJob,
  madeUpOutcome,
  madeUpTask,
  REDIS_SERVER,
  RedisServer,
  startWorker,
} from '@auto-seg-loss/bench/distributed';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';

const FAST = { lease: 1, heartbeat: 0.2 };
const never = new AbortController().signal;
/** Waits until something holds, however slow the machine is. */
const eventually = (check: () => void): Promise<void> => vi.waitFor(check, { timeout: 120_000 });
const quiet = { report: () => 'continue' as const, retry: () => {} };

// A network that swallows what is sent says nothing: only silence tells. Left out without a redis-server.
describe.skipIf(REDIS_SERVER === undefined)('a line to Redis that is cut', () => {
  let redis: RedisServer;
  beforeAll(async () => {
    redis = await RedisServer.start();
  });
  afterAll(async () => {
    await redis.remove();
  });

  test.each(['the worker', 'the search'])(
    'of %s is made again when it is mended, and no trial is lost',
    async (whose) => {
      const line = await CuttableLine.open(redis.port);
      const [cut, whole] = [`redis://127.0.0.1:${line.port}`, redis.url];
      const notices: string[] = [];
      const factory = await bullmq(whose === 'the search' ? cut : whole, FAST);
      const executor = factory.create(madeUpJob({ run: crypto.randomUUID(), notices }));
      let begun = 0;
      let finish = (): void => {};
      const held = new Promise<void>((resolve) => {
        finish = resolve;
      });
      const worker = startWorker(await bullmq(whose === 'the worker' ? cut : whole, FAST), {
        run: async (task) => {
          begun += 1;
          await held;
          return madeUpOutcome(task);
        },
      });
      const tasks = [1, 2, 3].map((number) => madeUpTask(number));
      const ran = Promise.all(tasks.map((task) => executor.run(task, quiet, never)));
      await eventually(() => expect(begun).toBe(1));
      line.cut();
      finish();
      const told = whose === 'the search' ? notices : worker.notices;
      await expect.poll(() => told.join('\n')).toMatch(/is lost \(Socket timeout/);
      line.mend();
      expect(await ran).toEqual(tasks.map(madeUpOutcome));
      await executor.close();
      await worker.stop();
      await line.close();
    },
  );
});
