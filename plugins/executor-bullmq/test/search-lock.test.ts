import { setTimeout as sleep } from 'node:timers/promises';
import { REDIS_SERVER, RedisServer } from '@auto-seg-loss/bench/distributed';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { lockKey } from '../src/keys.ts';
import { type Owner, SearchLock } from '../src/search-lock.ts';

const LEASE_MS = 1_000;
const never = new AbortController().signal;
const owner = (folder: string): Owner => ({ search: folder, process: 'process 1', host: 'h', folder });

describe.skipIf(REDIS_SERVER === undefined)('the lock of a run', () => {
  let server: RedisServer;
  let redis: Redis;
  beforeAll(async () => {
    server = await RedisServer.start();
    redis = new Redis(server.url);
  });
  afterAll(async () => {
    redis.disconnect();
    await server.remove();
  });

  test('that Redis lost goes back to its owner, though another process polls for it', async () => {
    const run = crypto.randomUUID();
    const lock = new SearchLock(redis, run, owner('one'), LEASE_MS);
    await lock.take(never, () => {});
    const tell = vi.fn();
    const taking = new SearchLock(redis, run, owner('a copy'), LEASE_MS).take(never, tell);
    const refused = expect(taking).rejects.toMatchObject({ code: 'ASL_RUN_FOLDER' });
    await vi.waitFor(() => expect(tell).toHaveBeenCalledTimes(1), { timeout: 60_000 });
    await redis.del(lockKey(run));
    // Its heartbeat may be as late as that.
    await sleep(LEASE_MS / 2);
    await lock.renew();
    await refused;
    await lock.renew();
    expect(tell).toHaveBeenCalledTimes(1);
    expect(tell.mock.calls[0]?.[0]).toMatch(/process 1 on h: one\) .* waiting up to 3 s/);
  });

  test('whose owner was killed is taken once that had a lease to take it again', async () => {
    const run = crypto.randomUUID();
    await new SearchLock(redis, run, owner('one'), LEASE_MS).take(never, () => {});
    const lock = new SearchLock(redis, run, owner('a copy'), LEASE_MS);
    expect(await lock.take(never, () => {})).toBeUndefined();
    await lock.renew();
    expect(await redis.get(lockKey(run))).toContain('a copy');
  });
});
