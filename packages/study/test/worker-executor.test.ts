import { closeSync, existsSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { type Outcome, type TrialTask, WorkerExecutor, type WorkerExecutorOptions } from '../src/index.ts';
import { Silence } from '../src/silence.ts';
import { WorkerLog } from '../src/worker-log.ts';
import { buildStudy } from './build.ts';
import { runFolder } from './run-folder.ts';

beforeAll(buildStudy);

const fixture = new URL('./fixtures/quadratic.mjs', import.meta.url);
const executors: WorkerExecutor[] = [];
afterEach(async () => {
  await Promise.all(executors.splice(0).map((executor) => executor.close()));
});

function make(options: Partial<WorkerExecutorOptions> = {}): WorkerExecutor {
  const executor = new WorkerExecutor({ module: fixture, initData: {}, workers: 1, ...options });
  executors.push(executor);
  return executor;
}

const task = (content: object = {}, number = 0): TrialTask => ({
  number,
  round: 0,
  descent: null,
  from: 0,
  until: 1,
  index: number,
  key: `key ${number}`,
  theta: [0.3, 0.4],
  content: content as TrialTask['content'],
});
const never = new AbortController().signal;
const quiet = { report: () => 'continue' as const, retry: () => {} };

/** The pids that the fixture noted, in order. */
const pids = (journal: string): string[] =>
  readFileSync(journal, 'utf8')
    .trim()
    .split('\n')
    .map((line) => line.split(' ')[1] as string);
const lives = (pid: string | number): boolean => {
  try {
    process.kill(Number(pid), 0);
    return true;
  } catch {
    return false;
  }
};

describe('WorkerExecutor', () => {
  test('runs trials in other processes, which it keeps', async () => {
    const journal = join(runFolder(), 'journal');
    const executor = make({ initData: { journal } });
    const outcome = await executor.run(task(), quiet, never);
    expect(outcome).toEqual({ status: 'complete', reward: 1, metrics: { miou: 1, absent: null }, images: 10 });
    await executor.run(task({}, 1), quiet, never);
    const [first, second] = pids(journal);
    expect(Number(first)).not.toBe(process.pid);
    expect(second).toBe(first);
  });

  test('starts as many processes as it has trials to run, and no more than it may', async () => {
    const journal = join(runFolder(), 'journal');
    const executor = make({ initData: { journal, ms: 100 }, workers: 3 });
    await Promise.all([0, 1].map((number) => executor.run(task({}, number), quiet, never)));
    expect(new Set(pids(journal)).size).toBe(2);
    await Promise.all([2, 3, 4, 5, 6].map((number) => executor.run(task({}, number), quiet, never)));
    expect(new Set(pids(journal)).size).toBe(3);
  });

  test('hands the environment to the processes', async () => {
    const outcome = await make({ env: { TF_NUM_INTRAOP_THREADS: '7' } }).run(task({ act: 'env' }), quiet, never);
    expect(outcome).toMatchObject({ metrics: { threads: '7' } });
  });

  test("appends the processes' output to the log", async () => {
    const logFile = join(runFolder(), 'workers.log');
    const executor = make({ logFile });
    await executor.run(task({ act: 'print' }), quiet, never);
    await executors.splice(0)[0]?.close();
    const log = readFileSync(logFile, 'utf8');
    expect(log).toContain('a line on stdout');
    expect(log).toContain('a line on stderr');
    expect(log).toMatch(/worker \d+ started/);
    expect(log).toMatch(/worker \d+ ended: exit code 0/);
  });

  test('goes on without a log that cannot be written, and says so once', async () => {
    const logFile = join(runFolder(), 'workers.log');
    mkdirSync(logFile);
    const lost: string[] = [];
    const executor = make({ logFile, onLogLost: (reason) => lost.push(reason) });
    for (const number of [0, 1]) {
      expect(await executor.run(task({ act: 'print' }, number), quiet, never)).toMatchObject({ status: 'complete' });
    }
    expect(lost).toEqual(['a folder']);
  });

  test('goes on when the log can be written no more', () => {
    const lost: string[] = [];
    const log = new WorkerLog(join(runFolder(), 'workers.log'), (reason) => lost.push(reason));
    log.line('first');
    closeSync(log.descriptor ?? -1);
    log.line('second');
    log.line('third');
    log.close();
    expect(lost).toHaveLength(1);
    expect(log.descriptor).toBeNull();
  });

  // Of which root may open /proc/version to write, and nobody write it.
  test.skipIf(process.platform !== 'linux' || process.getuid?.() !== 0)(
    'a process whose output fails goes on with its trial',
    async () => {
      const logFile = join(runFolder(), 'workers.log');
      symlinkSync('/proc/version', logFile);
      const lost: string[] = [];
      const retries: string[] = [];
      const executor = make({ logFile, onLogLost: (reason) => lost.push(reason) });
      const hooks = { ...quiet, retry: (reason: string) => void retries.push(reason) };
      expect(await executor.run(task({ act: 'print' }), hooks, never)).toMatchObject({ status: 'complete' });
      expect([lost, retries]).toEqual([['the disk reports an error'], []]);
    },
  );

  test('carries reports to the study, and its answers to the trial', async () => {
    const reports: number[][] = [];
    const outcome = await make().run(
      task({ steps: 5 }),
      {
        ...quiet,
        report: (step, reward) => {
          reports.push([step, reward]);
          return step === 3 ? 'stop' : 'continue';
        },
      },
      never,
    );
    expect(reports).toEqual([
      [1, 0.1],
      [2, 0.2],
      [3, 0.3],
    ]);
    expect(outcome).toEqual({ status: 'pruned', reward: 0.3, metrics: { step: 3 }, images: 3, share: 0.5 });
  });

  test('a trial that is told to stop may pause; one that pauses at its end unasked has failed', async () => {
    const executor = make();
    const stop = { ...quiet, report: (step: number) => (step === 2 ? 'stop' : 'continue') as 'stop' | 'continue' };
    const pausing = task({ act: 'pause', steps: 5 });
    expect(await executor.run(pausing, stop, never)).toMatchObject({ status: 'paused', metrics: { step: 2 } });
    expect(await executor.run(pausing, quiet, never)).toMatchObject({ error: 'the trial paused at its end' });
  });

  test.each([
    ['throw', 'the loss is not finite at iteration 7'],
    ['nan', 'the reward is NaN, not in [0, 1]'],
    ['nothing', /undefined/],
  ])('a trial that ends with %s has failed, and is not retried', async (act, error) => {
    const journal = join(runFolder(), 'journal');
    const executor = make({ initData: { journal } });
    const outcome = (await executor.run(task({ act }), quiet, never)) as Outcome & { error: string };
    expect(outcome.status).toBe('failed');
    expect(outcome.error).toMatch(error);
    // The process is still good.
    expect(await executor.run(task({}, 1), quiet, never)).toMatchObject({ status: 'complete' });
    expect(new Set(pids(journal)).size).toBe(1);
    expect(pids(journal).length).toBe(2);
  });

  test('a worker killed during a trial is replaced and the trial retried', async () => {
    const folder = runFolder();
    const journal = join(folder, 'journal');
    const reasons: string[] = [];
    const outcome = await make({ initData: { journal } }).run(
      task({ act: 'die-once', marker: join(folder, 'died') }),
      { ...quiet, retry: (reason) => reasons.push(reason) },
      never,
    );
    expect(outcome).toMatchObject({ status: 'complete', reward: 1 });
    expect(reasons).toEqual(['the worker process ended with signal SIGKILL']);
    expect(new Set(pids(journal)).size).toBe(2);
  });

  test('a worker that dies while it is idle is replaced', async () => {
    const journal = join(runFolder(), 'journal');
    const executor = make({ initData: { journal } });
    await executor.run(task(), quiet, never);
    process.kill(Number(pids(journal)[0]), 'SIGKILL');
    await expect.poll(() => lives(pids(journal)[0] as string)).toBe(false);
    expect(await executor.run(task({}, 1), quiet, never)).toMatchObject({ status: 'complete' });
  });

  test.each([
    ['die', 'the worker process ended with signal SIGKILL, 2 times'],
    ['exit', 'the worker process ended with exit code 3, 2 times'],
  ])('a trial that makes each worker %s has failed', async (act, error) => {
    const executor = make();
    expect(await executor.run(task({ act }), quiet, never)).toEqual({ status: 'failed', error });
    expect(await executor.run(task(), quiet, never)).toMatchObject({ status: 'complete' });
  });

  test.each(['hang', 'block', 'stop'])('a trial that %ss is killed after a long silence', async (act) => {
    const journal = join(runFolder(), 'journal');
    const executor = make({ initData: { journal }, silenceMs: 300 });
    const outcome = await executor.run(task({ act }), quiet, never);
    expect(outcome).toEqual({ status: 'failed', error: 'the worker process hung: no sign of life for 0.3 s, 2 times' });
    for (const pid of pids(journal)) await expect.poll(() => lives(pid)).toBe(false);
  });

  test.each([
    ['a sign of life', { act: 'alive' }, 2],
    ['a report', { steps: 3 }, 4],
    ['nothing but its outcome', {}, 1],
  ])('a worker is heard when it gives %s', async (_, content, times) => {
    let heard = 0;
    const watch = vi.spyOn(Silence.prototype, 'watch').mockReturnValue({ heard: () => heard++, end: () => {} });
    try {
      const executor = make();
      await executor.run(task(), quiet, never);
      heard = 0;
      await executor.run(task(content), quiet, never);
      expect(heard).toBe(times);
    } finally {
      watch.mockRestore();
    }
  });

  test('says who runs a trial, and how far it has come', async () => {
    const heard: unknown[] = [];
    const hooks = { ...quiet, begun: (name: string) => heard.push(name), alive: (done?: number) => heard.push(done) };
    await make().run(task({ act: 'alive' }), hooks, never);
    expect(heard).toEqual([expect.stringMatching(/^process \d+$/), 7]);
  });

  test('what is wrong around a trial ends the search, with its code; what a trial is to blame for does not', async () => {
    const executor = make();
    const run = (code: string) => executor.run(task({ act: 'throw-code', code }), quiet, never);
    for (const code of [
      'ASL_RUN_FOLDER',
      'ASL_STATE_CORRUPT',
      'ASL_PLUGIN_FAILED',
      'ASL_DATA_INVALID',
      'ASL_ARGUMENT_INVALID',
    ])
      await expect(run(code)).rejects.toMatchObject({ code, message: 'it says why' });
    for (const code of ['ASL_TRIAL_FAILED', 'ENOENT'])
      expect(await run(code)).toEqual({ status: 'failed', error: 'it says why' });
  });

  test("the runner's own error ends the search, with its code", async () => {
    const failStart = {
      code: 'ASL_DATA_MISSING',
      message: 'no images',
      details: { where: 'dataset.root', remedy: 'set it' },
    };
    await expect(make({ initData: { failStart } }).run(task(), quiet, never)).rejects.toMatchObject(failStart);
    await expect(make({ initData: { failStart: { message: 'odd' } } }).run(task(), quiet, never)).rejects.toMatchObject(
      {
        code: 'ASL_SEARCH_FAILED',
        details: { received: expect.stringContaining('odd') },
      },
    );
    const absent = new URL('./fixtures/absent.mjs', import.meta.url);
    await expect(make({ module: absent }).run(task(), quiet, never)).rejects.toMatchObject({
      code: 'ASL_SEARCH_FAILED',
    });
    await expect(make({ initData: { dieAtStart: true } }).run(task(), quiet, never)).rejects.toMatchObject({
      code: 'ASL_SEARCH_FAILED',
      details: { received: 'the worker process ended with signal SIGKILL' },
    });
  });

  test('an aborted trial is given up at once, its worker with it', async () => {
    const journal = join(runFolder(), 'journal');
    const executor = make({ initData: { journal } });
    const controller = new AbortController();
    const running = executor.run(task({ act: 'block' }), quiet, controller.signal);
    const ended = expect(running).rejects.toBe('enough');
    await expect.poll(() => existsSync(journal)).toBe(true);
    controller.abort('enough');
    await ended;
    const [pid] = pids(journal);
    await expect.poll(() => lives(pid as string)).toBe(false);
    expect(await executor.run(task(), quiet, never)).toMatchObject({ status: 'complete' });
  });

  test('closing lets runners dispose of what they hold, and leaves no process', async () => {
    const folder = runFolder();
    const [journal, disposed] = [join(folder, 'journal'), join(folder, 'disposed')];
    await make({ initData: { journal, disposed } }).run(task(), quiet, never);
    await executors.splice(0)[0]?.close();
    expect(existsSync(disposed)).toBe(true);
    expect(lives(pids(journal)[0] as string)).toBe(false);
  });

  test('refuses a number of workers that is none', () => {
    expect(() => make({ workers: 0 })).toThrow(expect.objectContaining({ code: 'ASL_ARGUMENT_INVALID' }));
  });
});
