import { cpSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DistributedProject, REDIS_SERVER, RedisServer } from '@auto-seg-loss/bench/distributed';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';

// A search whose trials are run by workers that share nothing with it but Redis. Without a redis-server the tests are left out:
// apt-get install redis-server, or valkey-server.

const PASSWORD = 'gEheim4711';
const FAST = { lease: 2, heartbeat: 0.5 };
/** Without what takes time before the first trial. */
const BARE = ['guards=[]', 'pruning=null', 'proxy.warmStart=null', 'searcher.rounds=1'].flatMap((set) => [
  '--set',
  set,
]);

/** All that lies in a folder, as text. */
function textIn(folder: string): string {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile())
    .map((path) => readFileSync(path, 'latin1'))
    .join('\n');
}

describe.skipIf(REDIS_SERVER === undefined)('a search through Redis', () => {
  let redis: RedisServer;
  let project: DistributedProject;
  let expected: string;

  beforeAll(async () => {
    redis = await RedisServer.start({ password: PASSWORD });
    project = new DistributedProject(redis.url);
    const local = project.search('local', null);
    expect(await local.ended, local.stderr).toEqual({ code: 0, signal: null });
    expected = project.loss('local');
  });
  afterEach(async () => {
    await project.killAll();
    // Of what was killed.
    redis.cli('flushall');
  });
  afterAll(async () => {
    await project.remove();
    await redis.remove();
  });

  test('comes to the same loss, byte for byte, and leaves the password nowhere', async () => {
    const workers = [project.worker(), project.worker()];
    const search = project.search('two-workers', FAST);
    expect(await search.ended, search.stderr).toEqual({ code: 0, signal: null });
    expect(project.loss('two-workers')).toBe(expected);
    for (const worker of workers) {
      await worker.until(/has ended/);
      worker.signal('SIGINT');
      expect((await worker.ended).code).toBe(130);
    }
    const said = [search, ...workers].map(({ stderr }) => stderr).join('\n');
    expect(said).not.toContain(PASSWORD);
    expect(textIn(join(project.folder, 'two-workers'))).not.toContain(PASSWORD);
    await expect.poll(() => redis.cli('keys', '*').trim()).toBe('');
  });

  test('survives workers that are killed, stopped, and come and go; and a Redis that is killed', async () => {
    const first = project.worker();
    const search = project.search('disturbed', FAST);
    await first.until(/Works for/);
    await search.until(/is there/);
    first.signalAll('SIGKILL');
    const second = project.worker();
    await second.until(/Works for/);
    await search.until(/best so far/);
    second.signalAll('SIGSTOP');
    project.worker();
    await search.until(/gave no sign of life/);
    await redis.kill();
    await search.until(/is lost/);
    second.signalAll('SIGCONT');
    await redis.restart();
    await search.until(/is back\.$/m);
    expect(await search.ended, search.stderr).toEqual({ code: 0, signal: null });
    expect(project.loss('disturbed')).toBe(expected);
  });

  test('is gone on with where its process was killed, or was stopped: its trials leave the queue', async () => {
    project.worker();
    const killed = project.search('killed', FAST);
    await killed.until(/best so far/);
    killed.signalAll('SIGKILL');
    const stopped = project.resume('killed', FAST);
    await stopped.until(/is there/);
    stopped.signal('SIGINT');
    expect((await stopped.ended).code).toBe(130);
    await expect.poll(() => redis.cli('keys', '*:trial-*').trim()).toBe('');
    const resumed = project.resume('killed', FAST);
    expect(await resumed.ended, resumed.stderr).toEqual({ code: 0, signal: null });
    expect(project.loss('killed')).toBe(expected);
  });

  test('is refused to a second process, in a copy of its folder too', async () => {
    const search = project.search('one', FAST, BARE);
    await search.until(/No worker has come yet/);
    cpSync(join(project.folder, 'one'), join(project.folder, 'copy'), { recursive: true });
    const copy = project.resume('copy', FAST);
    expect((await copy.ended).code).toBe(3);
    expect(copy.stderr).toMatch(/ASL_RUN_FOLDER: another process is running this search/);
  });

  test('is left alone by a worker with other data, which says what differs', async () => {
    const search = project.search('folder-data', FAST, BARE);
    await search.until(/No worker has come yet/);
    // The scenes are made, not read: another number of them stands for other data.
    const description = redis.cli('keys', 'asl:search:????????-????-????-????-????????????').trim();
    const told = JSON.parse(redis.cli('get', description)) as { search: { environment: { data: string } } };
    told.search.environment.data = 'other data';
    writeFileSync(join(project.folder, 'told.json'), JSON.stringify(told));
    redis.cli('set', description, JSON.stringify(told), 'KEEPTTL');
    const worker = project.worker(['--slots', '1', '--once']);
    expect((await worker.ended).code).toBe(3);
    expect(worker.stderr).toMatch(/ASL_WORKER_MISMATCH/);
    expect(worker.stderr).toMatch(/data: expected "other data", received/);
  });

  test('names no code to a worker by its path, unless that is let', async () => {
    const search = project.search('with-code', FAST, BARE);
    await search.until(/No worker has come yet/);
    const description = redis.cli('keys', 'asl:search:????????-????-????-????-????????????').trim();
    const told = JSON.parse(redis.cli('get', description)) as { search: { config: { metric: object } } };
    told.search.config.metric = { use: './my-metric.mjs' };
    writeFileSync(join(project.folder, 'my-metric.mjs'), 'process.exit(77);');
    redis.cli('set', description, JSON.stringify(told), 'KEEPTTL');
    const worker = project.worker(['--slots', '1', '--once']);
    expect((await worker.ended).code).toBe(2);
    expect(worker.stderr).toMatch(/ASL_NOT_TRUSTED/);
  });
});

describe.skipIf(REDIS_SERVER === undefined)('an address of Redis that is wrong', () => {
  let redis: RedisServer;
  let project: DistributedProject;
  beforeAll(async () => {
    redis = await RedisServer.start({ password: PASSWORD });
    project = new DistributedProject(redis.url);
  });
  afterAll(async () => {
    await project.remove();
    await redis.remove();
  });

  test.each([
    ['the password', () => `redis://:${PASSWORD}x@127.0.0.1:${redis.port}`, 3, /Redis refuses the password/],
    ['no password', () => `redis://127.0.0.1:${redis.port}`, 3, /Redis asks for a password/],
    ['the port', () => `redis://:${PASSWORD}@127.0.0.1:1`, 3, /nothing listens there/],
    ['the scheme', () => `http://:${PASSWORD}@127.0.0.1:1`, 2, /ASL_OPTIONS_INVALID/],
  ])('in %s', async (_, url, code, message) => {
    const env = { ASL_REDIS: url() };
    const executor = `executor=${JSON.stringify({ use: 'bullmq', url: '$ASL_REDIS' })}`;
    const search = ['search', '--out', 'refused', '--engine', 'wasm', '--set', executor];
    for (const command of [search, ['worker', '--slots', '1']]) {
      const started = project.start(command, env);
      expect((await started.ended).code, started.stderr).toBe(code);
      expect(started.stderr).toMatch(message);
      expect(started.stderr).not.toContain(PASSWORD);
      expect(started.stderr).not.toMatch(/^\s+at /m);
    }
    // Nothing is in the way of the next try.
    expect(readdirSync(project.folder)).toEqual(['asl.config.json']);
  });
});
