import 'reflect-metadata';
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Executor, type TrialHooks, TrialStore, type TrialTask } from '@auto-seg-loss/study';
import { fc, test as property } from '@fast-check/vitest';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { compare } from '../src/commands/compare.ts';
import { search } from '../src/commands/search.ts';
import { type LiveRecord, liveFile } from '../src/live/live-record.ts';
import { LiveSearch } from '../src/live/live-search.ts';
import { type ProcessIdentity, thisProcess, whereabouts } from '../src/live/process-identity.ts';
import { readLive } from '../src/live/read-live.ts';
import { runStatus } from '../src/view/run-status.ts';
import { statusOfFolder } from '../src/view/runs-status.ts';
import { timeLeft } from '../src/view/time-left.ts';
import { loaded, makeExecutor } from './in-process.ts';
import { failure } from './project.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'asl-live-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const record = (change: Partial<LiveRecord> = {}): LiveRecord => ({
  format: 1,
  kind: 'search',
  process: thisProcess(),
  begun: '2026-01-01T00:00:00.000Z',
  updated: '2026-01-01T00:01:00.000Z',
  metric: 'miou',
  engine: 'wasm',
  workers: 2,
  plan: { rounds: 2, trainings: 6, again: 4, confirm: 2, iterations: 100 },
  trained: null,
  preparing: null,
  doing: [],
  waiting: 0,
  ended: null,
  ...change,
});
const write = (change?: Partial<LiveRecord>) => writeFile(liveFile(folder), JSON.stringify(record(change)));

describe('the record of a run', () => {
  test('is of now while its process lives', async () => {
    await write();
    expect(await readLive(folder)).toEqual({ record: record(), state: 'running' });
  });

  test('that a killed process left is not taken for what is', async () => {
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
    const exited = new Promise((resolve) => child.once('exit', resolve));
    const identity: ProcessIdentity = { ...thisProcess(), pid: child.pid ?? 0, started: null };
    await write({ process: identity });
    expect((await readLive(folder))?.state).toBe('running');
    child.kill('SIGKILL');
    await exited;
    expect((await readLive(folder))?.state).toBe('gone');
  });

  test.runIf(process.platform === 'linux')('is not taken for that of a process that has the number now', async () => {
    await write({ process: { ...thisProcess(), started: '1' } });
    expect((await readLive(folder))?.state).toBe('gone');
  });

  test('of another machine is believed as long as it is written', async () => {
    await write({ process: { ...thisProcess(), place: 'elsewhere' } });
    const at = (seconds: number) => readLive(folder, Date.parse('2026-01-01T00:01:00.000Z') + 1000 * seconds);
    expect([(await at(30))?.state, (await at(61))?.state]).toEqual(['running', 'gone']);
  });

  test('of an earlier version does not say what waits', async () => {
    const { waiting: _, ...earlier } = record();
    await writeFile(liveFile(folder), JSON.stringify(earlier));
    expect((await readLive(folder))?.record).toEqual(record());
  });

  test.each([
    ['cut off', '{"format": 1, "kind"'],
    ['of another version', JSON.stringify({ ...record(), format: 2 })],
    ['of another form', '[]'],
  ])('that is %s says nothing', async (_, text) => {
    await writeFile(liveFile(folder), text);
    expect(await readLive(folder)).toBeUndefined();
  });

  test('knows this process', () => {
    expect(whereabouts(thisProcess())).toBe('alive');
  });
});

describe('a search that is watched', () => {
  const task: TrialTask = {
    number: 6,
    round: 1,
    index: 0,
    key: '',
    theta: [],
    descent: null,
    content: null,
    from: 0,
    until: 0.5,
  };
  const quiet: TrialHooks = { report: () => 'continue', retry: () => {} };
  const engine = { engine: 'wasm', device: 'CPU', libraryVersion: '1', fallback: undefined } as const;
  const begin = (): LiveSearch => {
    const live = new LiveSearch(2);
    const told = { executor: 'processes', weights: [], metric: 'miou', coordinates: [] };
    live.hear({ type: 'run-opened', folder, resumed: null, workers: 2, engine, ...told });
    const planned = { searched: 6, again: 4, confirm: 2, warmStart: 0, reference: 0, iterations: 100, pruned: true };
    live.hear({ type: 'trainings-planned', folds: null, ...planned });
    return live;
  };
  const doing = async () => (await readLive(folder))?.record.doing;

  test('says who does what, and how far it is; afterwards nothing more', async () => {
    const live = begin();
    let end: (() => void) | undefined;
    const executor: Executor = {
      concurrency: 2,
      close: async () => {},
      run: (_, hooks) =>
        new Promise((resolve) => {
          hooks.begun?.('process 4711');
          hooks.alive?.(30);
          end = () => resolve({ status: 'paused', reward: 0.5, metrics: {}, images: 1 });
        }),
    };
    const running = live.watch(executor).run(task, quiet, new AbortController().signal);
    const expected = { worker: 'process 4711', trial: 7, round: 2, iterations: 30, until: 50 };
    await vi.waitFor(async () => expect(await doing()).toEqual([expect.objectContaining(expected)]), 60_000);
    end?.();
    await running;
    await vi.waitFor(async () => expect(await doing()).toEqual([]), 60_000);
    live.finished();
    expect(await readdir(folder)).toEqual([]);
  });

  test('keeps nothing back of what an executor says, nor that it lets trials wait', async () => {
    const heard: unknown[] = [];
    const hooks: Required<TrialHooks> = {
      report: (...report) => {
        heard.push(report);
        return 'stop';
      },
      retry: (reason) => heard.push(reason),
      begin: () => heard.push('begin'),
      begun: (worker) => heard.push(worker),
      alive: (iterations) => heard.push(iterations),
    };
    const losses = { first: 0, values: [1] };
    const executor: Executor = {
      concurrency: 3,
      queues: true,
      close: async () => {},
      run: async (_, said) => {
        said.begin?.();
        said.begun?.('a worker');
        said.alive?.(undefined);
        said.retry('dead');
        expect(said.report(1, 0.5, losses)).toBe('stop');
        return { status: 'failed', error: 'no' };
      },
    };
    const live = begin();
    const watched = live.watch(executor);
    expect([watched.concurrency, watched.queues]).toEqual([3, true]);
    await watched.run(task, hooks, new AbortController().signal);
    expect(heard).toEqual(['begin', 'a worker', undefined, 'dead', [1, 0.5, losses]]);
    live.finished();
  });

  test.each([
    ['shared', undefined, 'starting'],
    ['that come and go', 2, 'waiting'],
  ])('says what waits for its turn, and what has it: workers %s', async (_, slots, afterwards) => {
    let [hooks, end] = [undefined as TrialHooks | undefined, () => {}];
    const executor: Executor = {
      concurrency: 1,
      queues: true,
      ...(slots === undefined ? {} : { slots }),
      close: async () => {},
      run: (__, heard) =>
        new Promise((resolve) => {
          hooks = heard;
          end = () => resolve({ status: 'failed', error: 'no' });
        }),
    };
    const live = begin();
    const running = live.watch(executor).run(task, quiet, new AbortController().signal);
    const told = (waiting: number, ...workers: readonly (string | null)[]) =>
      vi.waitFor(async () => {
        const known = (await readLive(folder))?.record;
        expect([known?.waiting, known?.doing.map(({ worker }) => worker)]).toEqual([waiting, workers]);
      }, 60_000);
    await told(1);
    hooks?.begin?.();
    await told(0, null);
    hooks?.begun?.('process 1');
    await told(0, 'process 1');
    hooks?.retry('dead');
    await (afterwards === 'waiting' ? told(1) : told(0, null));
    hooks?.begun?.('process 2');
    await told(0, 'process 2');
    end();
    await running;
    await told(0);
    live.finished();
  });

  test('says how it ended', async () => {
    begin().failed(new Error('no'));
    expect((await readLive(folder))?.record.ended).toEqual({ how: 'failed', code: null, message: 'no' });
    begin().stopped();
    expect((await readLive(folder))?.state).toBe('ended');
  });

  test('goes on where its record cannot be written', async () => {
    const live = begin();
    await rm(folder, { recursive: true });
    live.hear({ type: 'preparation-started', job: 'inspection', iterations: 3 });
    live.stopped();
  });
});

describe('how a run stands', () => {
  test('a search that was stopped, and then one that is finished', async () => {
    const config = await loaded();
    const stop = new AbortController();
    let finished = 0;
    const stopped = await search(config, {
      makeExecutor,
      signal: stop.signal,
      onEvent: ({ type }) => {
        if (type === 'trial-finished' && ++finished === 4) stop.abort(new Error('stop'));
      },
    });
    const half = await runStatus(stopped.folder);
    expect(half).toMatchObject({
      kind: 'search',
      state: 'stopped',
      killed: false,
      metric: 'miou',
      of: { searcher: 'ppo', dataset: 'scenes', network: 'deeplab-lite' },
      progress: { rounds: { done: 1, planned: 2 }, trials: { planned: 6, finished: 4, pending: 2 } },
    });
    expect(half.secondsLeft).toBeGreaterThan(0);

    // A process that says nothing of itself, in place of one that did, has the lock all the same.
    const store = TrialStore.open(stopped.folder);
    try {
      const held = { state: 'running', killed: false, process: { pid: process.pid }, running: null, doing: [] };
      expect(await runStatus(stopped.folder)).toMatchObject(held);
      await rm(liveFile(stopped.folder));
      expect(await runStatus(stopped.folder)).toMatchObject({ ...held, workers: null });
    } finally {
      store.close();
    }
    expect(await runStatus(stopped.folder)).toMatchObject({ state: 'stopped', process: null });

    const done = await search(config, { makeExecutor });
    const status = await runStatus(done.folder);
    const worth = done.estimate?.mean;
    expect(status).toMatchObject({
      state: 'finished',
      secondsLeft: null,
      doing: [],
      progress: {
        rounds: { done: 2, planned: 2 },
        trials: { planned: 6, finished: 6, pending: 0 },
        again: { done: 6, planned: 6 },
        best: { reward: worth, interval: done.estimate?.interval, from: 'new', trainings: 2 },
      },
    });
    expect(await readdir(done.folder)).not.toContain('live.json');
  });

  test('a search that failed, with its error', async () => {
    const config = await loaded();
    const broken: typeof makeExecutor = (init, ...rest) => {
      const executor = makeExecutor(init, ...rest);
      if (init.job !== 'trial') return executor;
      return {
        concurrency: 1,
        close: () => executor.close(),
        run: () => Promise.reject(new Error('the disk is gone')),
      };
    };
    const run = search(config, { out: join(folder, 'run'), makeExecutor: broken });
    await expect(run).rejects.toThrow('the disk is gone');
    expect(await runStatus(join(folder, 'run'))).toMatchObject({
      state: 'failed',
      error: { code: null, message: 'the disk is gone' },
    });
  });

  test('a comparison while it runs, and at its end', async () => {
    const config = await loaded();
    const out = join(folder, 'compared');
    const seen: unknown[] = [];
    await compare(config, {
      losses: ['cross-entropy', 'dice'],
      seeds: 1,
      out,
      makeExecutor,
      onEvent: ({ type }) => {
        if (type === 'trainings-started') seen.push(JSON.parse(readFileSync(liveFile(out), 'utf8')));
      },
    });
    expect(seen).toMatchObject([{ kind: 'comparison', plan: { trainings: 2 }, trained: 0, metric: 'miou' }]);
    expect(await runStatus(out)).toMatchObject({
      kind: 'comparison',
      state: 'finished',
      metric: 'miou',
      progress: { networks: { planned: 2, done: 2, failed: 0 }, losses: ['cross-entropy', 'dice'] },
    });
    expect(JSON.parse(await readFile(join(out, 'compare.json'), 'utf8'))).toHaveProperty('losses');
  });

  test.each([
    ['.', 'the folder holds no run, and no folders of runs', 'another folder'],
    ['nowhere', 'there is no such folder', 'nothing of that name'],
    ['file', 'that is no folder of a run', 'a file'],
  ])('of what is no run it says what it is: %s', async (name, message, received) => {
    await writeFile(join(folder, 'file'), '');
    const expected = { code: 'ASL_RUN_FOLDER', message, details: { received } };
    expect(await failure(runStatus(join(folder, name)))).toMatchObject(expected);
    expect(await failure(statusOfFolder(join(folder, name)))).toMatchObject(expected);
  });

  test('of a folder of runs it says how each stands, and which cannot be looked at', async () => {
    const config = await loaded();
    for (const name of ['run-10', 'run-2'])
      await compare(config, { losses: ['dice'], seeds: 1, out: join(folder, name), makeExecutor });
    await mkdir(join(folder, 'broken'));
    await writeFile(join(folder, 'broken', 'study.sqlite'), 'no store');
    await mkdir(join(folder, 'other'));
    expect(await statusOfFolder(folder)).toMatchObject({
      folder,
      runs: [
        { kind: 'comparison', state: 'finished', folder: join(folder, 'run-2') },
        { kind: 'comparison', state: 'finished', folder: join(folder, 'run-10') },
      ],
      unreadable: [{ folder: join(folder, 'broken'), code: 'ASL_STATE_CORRUPT' }],
    });
    expect(await statusOfFolder(join(folder, 'run-2'))).toEqual(await runStatus(join(folder, 'run-2')));
  });
});

describe('the time that is left', () => {
  const took = fc.array(fc.double({ min: 1, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 20 });
  const left = fc.nat({ max: 50 });

  test('is not known before anything is at its end', () => {
    expect(timeLeft([{ took: [], left: 3 }], [100], 2)).toBeNull();
  });

  test('goes by the mean of each sort, into as many lanes as there are', () => {
    const sorts = [
      { took: [1000, 3000], left: 4 },
      { took: [10_000], left: 2 },
    ];
    expect(timeLeft(sorts, [], 3)).toBeCloseTo((4 * 2 + 2 * 10) / 3);
    // One under way has a second behind it; of what is left no more lanes than trainings.
    expect(timeLeft([{ took: [2000], left: 1 }], [1000], 8)).toBeCloseTo(1);
  });

  property.prop([took, left, fc.integer({ min: 1, max: 16 })])(
    'is nothing where nothing is left, and grows with it',
    (ms, more, lanes) => {
      expect(timeLeft([{ took: ms, left: 0 }], [], lanes)).toBe(0);
      const [few = 0, many = 0] = [more, more + lanes].map(
        (count) => timeLeft([{ took: ms, left: count }], [], lanes) ?? 0,
      );
      expect(many).toBeGreaterThanOrEqual(few * (1 - 1e-9));
    },
  );
});
