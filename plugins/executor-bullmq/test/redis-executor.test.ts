import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { nextTick } from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  bullmq,
  type MadeUpWorker,
  type MadeUpWorkerOptions,
  madeUpJob,
  madeUpOutcome,
  madeUpTask,
  REDIS_SERVER,
  RedisServer,
  startWorker,
} from '@auto-seg-loss/bench/distributed';
import { AslError, type Executor, type ExecutorJob, type TrialTask, WorkerLost } from '@auto-seg-loss/kernel';
import { Queue } from 'bullmq';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';

// Without a redis-server these tests are left out: apt-get install redis-server, or valkey-server.

const FAST = { lease: 0.6, heartbeat: 0.1 };
const never = new AbortController().signal;
/** Waits until something holds, however slow the machine is. */
const eventually = (check: () => void): Promise<void> => vi.waitFor(check, { timeout: 120_000 });
const quiet = { report: () => 'continue' as const, retry: () => {} };

let redis: RedisServer;
const executors: Executor[] = [];
const workers: MadeUpWorker[] = [];

async function search(job: Parameters<typeof madeUpJob>[0] = {}, options: object = {}): Promise<Executor> {
  const made: ExecutorJob = madeUpJob({ run: crypto.randomUUID(), ...job });
  const executor = (await bullmq(redis.url, { ...FAST, ...options })).create(made);
  executors.push(executor);
  return executor;
}

async function worker(options: MadeUpWorkerOptions = {}): Promise<MadeUpWorker> {
  const started = startWorker(await bullmq(redis.url, FAST), options);
  workers.push(started);
  return started;
}

/** A runner that is under way until it is let go. */
function gate(): { readonly run: MadeUpWorkerOptions['run'] & {}; open(): void; readonly begun: TrialTask[] } {
  let open = (): void => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  const begun: TrialTask[] = [];
  return {
    open: () => open(),
    begun,
    run: async (task) => {
      begun.push(task);
      await opened;
      return madeUpOutcome(task);
    },
  };
}

/** Runs until it is killed, as a process does. */
function killable(begun: TrialTask[] = []): () => Executor {
  return () => ({
    concurrency: 1,
    run: (task, _hooks, signal) => {
      begun.push(task);
      return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason), { once: true }));
    },
    close: async () => {},
  });
}

describe.skipIf(REDIS_SERVER === undefined)('trials through Redis', () => {
  beforeAll(async () => {
    redis = await RedisServer.start();
  });
  afterEach(async () => {
    await Promise.all(executors.splice(0).map((executor) => executor.close()));
    await Promise.all(workers.splice(0).map((each) => each.stop().catch(() => {})));
  });
  afterAll(async () => {
    await redis.remove();
  });

  test('come back as they were run, whoever ran them, and leave nothing', async () => {
    const executor = await search();
    await Promise.all([worker({ slots: 2 }), worker()]);
    const theta = [0.1, 1 / 3, Number.MIN_VALUE, 1];
    const tasks = Array.from({ length: 30 }, (_, number) => madeUpTask(number, number === 7 ? { theta } : {}));
    const outcomes = await Promise.all(tasks.map((task) => executor.run(task, quiet, never)));
    expect(outcomes).toEqual(tasks.map(madeUpOutcome));
    await executor.close();
    await eventually(() => expect(redis.cli('keys', '*').trim()).toBe(''));
  });

  test('reach workers with every bit of θ, and all else that a task has', async () => {
    const seen: TrialTask[] = [];
    await worker({
      run: async (task) => {
        seen.push(task);
        return madeUpOutcome(task);
      },
    });
    const executor = await search();
    const descent = { every: 3, learningRate: 0.1 };
    const task = madeUpTask(3, {
      theta: [0, -0, 5e-324, 0.1 + 0.2],
      content: { a: [null, 0.1] },
      descent,
      from: 0.25,
      until: 0.5,
      round: 2,
    });
    await executor.run(task, quiet, never);
    expect(seen).toEqual([task]);
    expect(Object.is(seen[0]?.theta[1], -0)).toBe(true);
  });

  test('report, and hear whether they go on', async () => {
    const answers: string[] = [];
    await worker({
      run: async (task, report) => {
        answers.push(await report(1, 0.5), await report(2, 0.25));
        return { ...madeUpOutcome(task), status: 'paused' } as ReturnType<typeof madeUpOutcome>;
      },
    });
    const executor = await search();
    const reports: number[] = [];
    const report = (step: number, reward: number) => {
      reports.push(step, reward);
      return step === 2 ? ('stop' as const) : ('continue' as const);
    };
    await executor.run(madeUpTask(1), { ...quiet, report }, never);
    expect(reports).toEqual([1, 0.5, 2, 0.25]);
    expect(answers).toEqual(['continue', 'stop']);
  });

  test('that waited are begun when a worker takes them', async () => {
    const executor = await search();
    const begin = vi.fn();
    const ran = executor.run(madeUpTask(1), { ...quiet, begin }, never);
    await sleep(300);
    expect(begin).not.toHaveBeenCalled();
    await worker();
    await ran;
    expect(begin).toHaveBeenCalledTimes(1);
  });

  test('whose worker stops run elsewhere, and nobody is blamed', async () => {
    const begun: TrialTask[] = [];
    const first = await worker({ process: killable(begun) });
    const executor = await search({}, { attempts: 1 });
    const retry = vi.fn();
    const ran = executor.run(madeUpTask(1), { ...quiet, retry }, never);
    await eventually(() => expect(begun).toHaveLength(1));
    await first.stop();
    await worker();
    expect(await ran).toEqual(madeUpOutcome(madeUpTask(1)));
    expect(retry).not.toHaveBeenCalled();
  });

  test('whose worker stops while their outcome is on its way have come to it, and run nowhere again', async () => {
    const executor = await search();
    let stopped: Promise<void> | undefined;
    const process = (): Executor => ({
      concurrency: 1,
      run: async (task) => {
        // By then the outcome is sent, and what Redis answers is not read.
        nextTick(() => {
          stopped = first.stop();
        });
        return madeUpOutcome(task);
      },
      close: async () => {},
    });
    const first = await worker({ process });
    expect(await executor.run(madeUpTask(1), quiet, never)).toEqual(madeUpOutcome(madeUpTask(1)));
    await stopped;
    expect(redis.cli('keys', '*trial-*').trim()).toBe('');
    const begun: TrialTask[] = [];
    const run: MadeUpWorkerOptions['run'] = async (task) => {
      begun.push(task);
      return madeUpOutcome(task);
    };
    await worker({ run });
    await executor.run(madeUpTask(2), quiet, never);
    expect(begun.map(({ number }) => number)).toEqual([2]);
  });

  test('whose process dies with two workers have failed', async () => {
    const dying = (): Executor => ({
      concurrency: 1,
      run: async () => {
        throw new WorkerLost('the worker process ended with signal SIGKILL');
      },
      close: async () => {},
    });
    await worker({ process: dying });
    const retry = vi.fn();
    const executor = await search();
    expect(await executor.run(madeUpTask(1), { ...quiet, retry }, never)).toEqual({
      status: 'failed',
      error: 'the worker process ended with signal SIGKILL, 2 times',
    });
    expect(retry).toHaveBeenCalledTimes(1);
  });

  test('that are given up leave the queue, and their workers', async () => {
    const begun: TrialTask[] = [];
    await worker({ process: killable(begun) });
    const executor = await search();
    const stop = new AbortController();
    const ran = Promise.allSettled([1, 2, 3].map((number) => executor.run(madeUpTask(number), quiet, stop.signal)));
    await eventually(() => expect(begun).toHaveLength(1));
    const reason = new Error('enough');
    stop.abort(reason);
    expect((await ran).map((each) => each.status === 'rejected' && each.reason)).toEqual([reason, reason, reason]);
    await eventually(() => expect(redis.cli('keys', '*trial-*').trim()).toBe(''));
    // The worker is free again.
    const outcome = executor.run(madeUpTask(4), quiet, never);
    await eventually(() => expect(begun).toHaveLength(2));
    await executor.close();
    void outcome.catch(() => {});
  });

  test('survive a Redis that is killed and comes back empty, and none is counted twice', async () => {
    const notices: string[] = [];
    const waiting = gate();
    await worker({ slots: 2, run: waiting.run });
    const executor = await search({ notices });
    const finished = vi.fn();
    const tasks = Array.from({ length: 10 }, (_, number) => madeUpTask(number));
    const ran = Promise.all(tasks.map((task) => executor.run(task, quiet, never).then((outcome) => finished(outcome))));
    await eventually(() => expect(waiting.begun).toHaveLength(2));
    await redis.kill();
    waiting.open();
    await redis.restart();
    await ran;
    expect(finished).toHaveBeenCalledTimes(10);
    expect(notices.filter((notice) => /is lost/.test(notice))).toHaveLength(1);
    expect(notices.filter((notice) => /^The connection to Redis at \S+ is back/.test(notice))).toHaveLength(1);
  });

  test('wait for memory where Redis has none, and say so once', async () => {
    const notices: string[] = [];
    const executor = await search({ notices });
    await worker();
    await executor.run(madeUpTask(0), quiet, never);
    redis.cli('config', 'set', 'maxmemory', '1');
    const ran = Promise.all([1, 2, 3].map((number) => executor.run(madeUpTask(number), quiet, never)));
    await eventually(() => expect(notices.join('\n')).toMatch(/has no memory for more/));
    await sleep(500);
    redis.cli('config', 'set', 'maxmemory', '0');
    expect(await ran).toEqual([1, 2, 3].map((number) => madeUpOutcome(madeUpTask(number))));
    expect(notices.filter((notice) => /no memory/.test(notice))).toHaveLength(1);
  });

  test('that no worker is there for say so, with the command that starts one', async () => {
    const notices: string[] = [];
    await search({ notices });
    await eventually(() => expect(notices).toHaveLength(1));
    expect(notices[0]).toMatch(/^No worker has come yet; .*asl worker --url redis:\/\/127\.0\.0\.1:\d+/);
    await worker({ slots: 3 });
    await eventually(() => expect(notices).toHaveLength(2));
    expect(notices[1]).toBe('1 worker is there, for 3 trials at a time.');
  });

  test.each([
    ['a variable', '$ASL_TEST_REDIS', / npx --no-install asl worker --url '\$ASL_TEST_REDIS'$/],
    ['its URL', '', /asl worker --url redis:\/\/127\.0\.0\.1:\d+ \(with the password put in, .*\)$/],
  ])('that no worker is there for name the address by %s, and never its password', async (_, named, expected) => {
    const locked = await RedisServer.start({ password: 'gEheim4711' });
    vi.stubEnv('ASL_TEST_REDIS', locked.url);
    const notices: string[] = [];
    const executor = (await bullmq(named || locked.url, FAST)).create(madeUpJob({ notices }));
    try {
      await eventually(() => expect(notices.at(-1)).toMatch(/^No worker has come yet/));
      expect(notices.at(-1)).toMatch(expected);
      expect(notices.join('\n')).not.toContain('gEheim4711');
    } finally {
      await executor.close();
      await locked.remove();
      vi.unstubAllEnvs();
    }
  });

  test('of several searches share workers', async () => {
    await worker({ slots: 2 });
    const searches = [await search(), await search(), await search()];
    const outcomes = await Promise.all(
      searches.flatMap((executor) => [1, 2, 3].map((number) => executor.run(madeUpTask(number), quiet, never))),
    );
    expect(outcomes).toHaveLength(9);
  });

  test('begin from files that are what was sent', async () => {
    const path = join(await mkdtemp(join(tmpdir(), 'asl-files-')), 'a');
    const bytes = Buffer.alloc(2_500_000, 'a network');
    writeFileSync(path, bytes);
    let received: Buffer | undefined;
    await worker({
      accept: async (_search, files) => {
        received = readFileSync(files['warm-start'] ?? '');
      },
    });
    const executor = await search({ files: { 'warm-start': path } });
    await executor.run(madeUpTask(1), quiet, never);
    expect(received?.equals(bytes)).toBe(true);
  });

  test.each([
    ['travel with what they left', 2 ** 20, 'a training'],
    ['that are too large begin anew', 4, null],
  ])('paused at a rung %s', async (_, carried, expected) => {
    const found: (string | null)[] = [];
    const run: MadeUpWorkerOptions['run'] = async (task, _report, waits) => {
      if (task.from > 0) found.push(existsSync(waits) ? readFileSync(waits, 'utf8') : null);
      else writeFileSync(waits, 'a training');
      return madeUpOutcome(task);
    };
    const first = await worker({ run });
    const executor = await search({}, { carry: carried / 2 ** 20 });
    expect(await executor.run(madeUpTask(1, { until: 0.5 }), quiet, never)).toMatchObject({ status: 'paused' });
    await first.stop();
    await worker({ run });
    const rest = madeUpTask(1, { from: 0.5 });
    expect(await executor.run(rest, quiet, never)).toMatchObject({ status: 'complete' });
    expect(found).toEqual([expected]);
    executor.forget?.(rest.key);
    await eventually(() => expect(redis.cli('keys', '*state*').trim()).toBe(''));
  });

  test('are refused to a worker that is another machine, which goes on with other searches', async () => {
    const accept = async (name: unknown): Promise<void> => {
      if (name === 'mine') return;
      throw new AslError('ASL_WORKER_MISMATCH', 'this machine would compute something else than the search does');
    };
    const refusing = await worker({ accept });
    const other = await search({ search: () => 'other' });
    const mine = await search({ search: () => 'mine' });
    const ran = other.run(madeUpTask(1), quiet, never);
    expect(await mine.run(madeUpTask(1), quiet, never)).toEqual(madeUpOutcome(madeUpTask(1)));
    expect(refusing.refused).toMatchObject([{ code: 'ASL_WORKER_MISMATCH' }]);
    await worker();
    await ran;
  });

  test('are refused by workers that say why to the search, once for each reason', async () => {
    const notices: string[] = [];
    const problems = ['data', 'engine'].map((where) => ({ where, expected: '"a"', received: '"b"' }));
    const accept = async (): Promise<void> => {
      throw new AslError('ASL_WORKER_MISMATCH', 'this machine would compute something else', { problems });
    };
    const executor = await search({ notices });
    const refusing = [await worker({ accept }), await worker({ accept })];
    await eventually(() => expect(notices.join('\n')).toMatch(/refuses? this search/));
    const reason = 'ASL_WORKER_MISMATCH: this machine would compute something else; data: expected "a", received "b"';
    expect(notices.find((notice) => /refuse/.test(notice))).toMatch(new RegExp(`\\(.*, process \\d+\\): ${reason}$`));
    await eventually(() => expect(notices.join('\n')).toMatch(/No worker has come yet/));
    await eventually(() => expect(refusing.every(({ refused }) => refused.length === 1)).toBe(true));
    await worker();
    await executor.run(madeUpTask(1), quiet, never);
    await eventually(() => expect(notices.at(-1)).toMatch(/^1 worker is there/));
    expect(notices.filter((notice) => /refuse/.test(notice))).toHaveLength(1);
  });

  test('a worker that is to end with its first search throws why it cannot work for it', async () => {
    await search();
    const { ended } = await worker({
      once: true,
      accept: async () => {
        throw new AslError('ASL_WORKER_MISMATCH', 'no');
      },
    });
    await expect(ended).rejects.toMatchObject({ code: 'ASL_WORKER_MISMATCH' });
  });

  test('a worker that is to end with its first search does', async () => {
    const { ended } = await worker({ once: true });
    const executor = await search();
    await executor.run(madeUpTask(1), quiet, never);
    await executor.close();
    await ended;
  });

  test('what goes wrong on one machine is its affair; what goes wrong in a plugin ends the search', async () => {
    const notices: string[] = [];
    const failing = (code: 'ASL_SYSTEM' | 'ASL_PLUGIN_FAILED') => async () => {
      throw new AslError(code, 'no space left', { where: 'here' });
    };
    const full = await worker({ run: failing('ASL_SYSTEM') });
    const executor = await search({ notices });
    const ran = executor.run(madeUpTask(1), quiet, never);
    await eventually(() => expect(full.refused).toMatchObject([{ code: 'ASL_SYSTEM' }]));
    await eventually(() =>
      expect(notices.join()).toMatch(/works no longer for this search: ASL_SYSTEM: no space left/),
    );
    await worker({ run: failing('ASL_PLUGIN_FAILED') });
    await expect(ran).rejects.toMatchObject({ code: 'ASL_PLUGIN_FAILED', message: 'no space left' });
  });

  test('a second process on a copy of a run is refused, and told who searches it', async () => {
    const run = crypto.randomUUID();
    await worker();
    const first = await search({ run, name: 'one folder' });
    await first.run(madeUpTask(1), quiet, never);
    const notices: string[] = [];
    const second = await search({ run, name: 'a copy of it', notices });
    await eventually(() => expect(notices).toHaveLength(1));
    expect(notices[0]).toMatch(
      /^Another process \(process \d+ on .*: one folder\) seems to run this search; waiting up to 2 s to see whether/,
    );
    await expect(second.run(madeUpTask(2), quiet, never)).rejects.toMatchObject({
      code: 'ASL_RUN_FOLDER',
      details: { where: 'a copy of it', received: expect.stringContaining('one folder') },
    });
    await first.run(madeUpTask(3), quiet, never);
  });

  test('of a search whose process gives no sign of life are taken by nobody, until it does', async () => {
    const run = crypto.randomUUID();
    await search({ run });
    let described = '';
    const pattern = `asl:search:${'?'.repeat(8)}-${'?'.repeat(4)}-${'?'.repeat(4)}-${'?'.repeat(4)}-${'?'.repeat(12)}`;
    await eventually(() => {
      described = redis.cli('keys', pattern).trim();
      expect(described).not.toBe('');
    });
    // As if its process had been killed: what it put into Redis is there, and no lock.
    const description = { ...(JSON.parse(redis.cli('get', described)) as object), run: 'of nobody' };
    redis.cli('set', 'asl:search:left-alone', JSON.stringify(description));
    redis.cli('sadd', 'asl:searches', 'left-alone');
    const queue = new Queue('trials-left-alone', {
      connection: { port: redis.port, host: '127.0.0.1' },
      prefix: 'asl',
    });
    await queue.add('trial', { ...madeUpTask(1), theta: '' }, { jobId: 'trial-1' });
    const begun: TrialTask[] = [];
    const taking: MadeUpWorkerOptions['run'] = async (task) => {
      begun.push(task);
      return madeUpOutcome(task);
    };
    const { notices } = await worker({ run: taking });
    await eventually(() => expect(notices).toHaveLength(2));
    await sleep(500);
    expect(begun).toEqual([]);
    redis.cli('set', 'asl:run:of nobody', 'somebody');
    await eventually(() => expect(begun).toHaveLength(1));
    await queue.close();
    redis.cli('flushall');
  });

  test('a process that was killed keeps its run from nobody', async () => {
    const run = crypto.randomUUID();
    const owner = { search: 'gone', process: 'process 1', host: 'x', folder: 'elsewhere' };
    redis.cli('set', `asl:run:${run}`, JSON.stringify(owner), 'PX', '500');
    await worker();
    expect(await (await search({ run })).run(madeUpTask(1), quiet, never)).toEqual(madeUpOutcome(madeUpTask(1)));
    const same = JSON.stringify({ ...owner, host: hostname(), folder: 'here' });
    redis.cli('set', `asl:run:${run}2`, same, 'PX', '900000');
    const resumed = await search({ run: `${run}2`, name: 'here' });
    expect(await resumed.run(madeUpTask(1), quiet, never)).toEqual(madeUpOutcome(madeUpTask(1)));
  });
});
