import { AslError, type Searcher, type TrialReport } from '@auto-seg-loss/kernel';
import { describe, expect, test } from 'vitest';
import {
  InlineExecutor,
  type Outcome,
  runStudy,
  type StudyEvent,
  type StudyOptions,
  type StudyResult,
  type TrialContent,
  type TrialRunner,
  TrialStore,
} from '../src/index.ts';
import { WalkSearcher } from './fixtures/walk-searcher.mjs';
import { runFolder } from './run-folder.ts';

const meta = { config: {}, environment: {} };
const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const peak = (theta: readonly number[]): number =>
  1 - theta.reduce((sum, value) => sum + (value - 0.7) ** 2, 0) / theta.length;
const complete = (reward: number): Outcome => ({ status: 'complete', reward, metrics: { miou: reward }, images: 10 });
const runner = (run: TrialRunner['run'] = async ({ theta }) => complete(peak(theta))): TrialRunner => ({ run });

/** Notes which trials were run. */
const noting =
  (ran: number[]): TrialRunner['run'] =>
  async ({ number, theta }) => {
    ran.push(number);
    return complete(peak(theta));
  };

interface Study {
  readonly result: StudyResult;
  readonly events: readonly StudyEvent[];
  readonly hash: string;
}

async function study(
  options: Partial<StudyOptions> & {
    folder?: string;
    run?: TrialRunner['run'];
    concurrency?: number;
    walk?: object;
  } = {},
): Promise<Study> {
  const folder = options.folder ?? runFolder();
  const store = options.folder === undefined ? TrialStore.create(folder, meta) : TrialStore.open(folder);
  const events: StudyEvent[] = [];
  try {
    const result = await runStudy({
      searcher: new WalkSearcher(options.walk) as Searcher,
      store,
      executor: new InlineExecutor(runner(options.run), options.concurrency),
      onEvent: (event) => events.push(event),
      ...options,
    });
    return { result, events, hash: store.contentHash() };
  } finally {
    store.close();
  }
}

/** A run folder with an empty store. */
function begun(): string {
  const folder = runFolder();
  TrialStore.create(folder, meta).close();
  return folder;
}

describe('runStudy', () => {
  test('runs all rounds, and finds the best trial', async () => {
    const { result, events } = await study();
    expect(result.status).toBe('complete');
    expect(result.trials.map(({ number, round, index }) => [number, round, index])).toEqual(
      Array.from({ length: 16 }, (_, number) => [number, Math.floor(number / 4), number % 4]),
    );
    const rewards = result.trials.map(({ theta }) => peak(theta));
    expect(result.best?.number).toBe(rewards.indexOf(Math.max(...rewards)));
    expect(result.best?.outcome).toEqual(complete(Math.max(...rewards)));
    expect(events.map(({ type }) => type)).toEqual([
      'study-started',
      ...Array.from({ length: 4 }, () => [
        'round-started',
        ...Array.from({ length: 4 }, () => ['trial-started', 'trial-finished']).flat(),
        'round-finished',
      ]).flat(),
    ]);
    expect(events[0]).toEqual({ type: 'study-started', rounds: 4, trials: 16, again: 0, finished: 0, earlier: [] });
  });

  test('events tell the best so far and the time left', async () => {
    let clock = 0;
    const { events } = await study({
      now: () => clock,
      run: async ({ theta }) => {
        clock += 2000;
        return complete(peak(theta));
      },
    });
    const finished = events.flatMap((event) => (event.type === 'trial-finished' ? [event] : []));
    let best = 0;
    for (const [i, event] of finished.entries()) {
      best = Math.max(best, peak(event.trial.theta));
      expect(event.best?.outcome).toEqual(complete(best));
      expect(event.finished).toBe(i + 1);
      expect(event.secondsLeft).toBeCloseTo(2 * (15 - i), 9);
      expect(event.trial.ms).toBe(2000);
    }
  });

  test('the store ends the same whatever the number of trials at a time and the order in which they end', async () => {
    const inOrder = await study();
    for (const concurrency of [2, 4, 7]) {
      const order: number[] = [];
      const shuffled = await study({
        concurrency,
        run: async ({ number, index, theta }) => {
          await sleep(5 * (4 - index));
          order.push(number);
          return complete(peak(theta));
        },
      });
      expect(order).not.toEqual([...order].sort((a, b) => a - b));
      expect(shuffled.hash).toBe(inOrder.hash);
      expect(shuffled.result.best?.number).toBe(inOrder.result.best?.number);
    }
  });

  test('runs no more trials at a time than the executor takes', async () => {
    let running = 0;
    let most = 0;
    await study({
      concurrency: 3,
      run: async ({ theta }) => {
        running += 1;
        most = Math.max(most, running);
        await sleep(3);
        running -= 1;
        return complete(peak(theta));
      },
    });
    expect(most).toBe(3);
  });

  test('of equal rewards the first trial is the best', async () => {
    const { result } = await study({
      concurrency: 4,
      run: async ({ index }) => {
        await sleep(9 - 3 * (index % 3));
        return complete(0.5);
      },
    });
    expect(result.best?.number).toBe(0);
  });

  test('failed and pruned trials are recorded, told, and not the best', async () => {
    const run: TrialRunner['run'] = async ({ number, theta }) => {
      if (number % 4 === 0) throw new Error('the loss is not finite');
      if (number % 4 === 1) return { status: 'pruned', reward: 0.99, metrics: {}, images: 5, share: 0.5 };
      return complete(0.9 * peak(theta));
    };
    const { result } = await study({ run });
    expect(result.trials[0]?.outcome).toEqual({ status: 'failed', error: 'the loss is not finite' });
    expect(result.trials[1]?.outcome).toMatchObject({ status: 'pruned', reward: 0.99 });
    expect((result.best?.number ?? 0) % 4).toBeGreaterThan(1);
  });

  test('a search in which nothing works ends without a best trial', async () => {
    const { result } = await study({ run: async () => ({ status: 'failed', error: 'no' }) });
    expect(result).toMatchObject({ status: 'complete', best: null });
    expect(result.trials.length).toBe(16);
  });

  test('equal trials are run once', async () => {
    const ran: number[] = [];
    const run: TrialRunner['run'] = noting(ran);
    const { result, events } = await study({ walk: { repeat: true }, run });
    expect(ran).toEqual([0, 2, 4, 6, 8, 10, 12, 14]);
    expect(result.trials.map(({ copyOf }) => copyOf)).toEqual(
      Array.from({ length: 16 }, (_, number) => (number % 2 === 0 ? null : number - 1)),
    );
    for (const { copyOf, outcome } of result.trials) {
      if (copyOf !== null) expect(outcome).toEqual(result.trials[copyOf]?.outcome);
    }
    expect(events.filter(({ type }) => type === 'trial-finished').length).toBe(16);
  });

  test('trials of different rounds are equal if their content is', async () => {
    const ran: number[] = [];
    const run: TrialRunner['run'] = async ({ number, content }) => {
      ran.push(number);
      return complete((content as { part: number }).part / 10);
    };
    const { result } = await study({
      run,
      content: ({ theta }) => ({ part: theta[0] !== undefined && theta[0] < 0.5 ? 1 : 2 }),
    });
    expect(ran.length).toBe(2);
    expect(new Set(result.trials.map(({ key }) => key)).size).toBe(2);
    const originals = new Set(ran);
    for (const { number, copyOf } of result.trials) {
      if (copyOf === null) expect(originals.has(number)).toBe(true);
      else expect(originals.has(copyOf)).toBe(true);
    }
  });

  test('reports go to the searcher, whose answer goes to the trial', async () => {
    const seen: TrialReport[] = [];
    const searcher = new WalkSearcher({ rounds: 1, samples: 2 }) as Searcher;
    searcher.report = (report) => {
      seen.push(report);
      return report.trial === 1 && report.step === 2 ? 'stop' : 'continue';
    };
    const { result, events } = await study({
      searcher,
      run: async ({ theta }, report) => {
        for (let step = 1; step <= 3; step++) {
          if ((await report(step, step / 10)) === 'stop')
            return { status: 'pruned', reward: step / 10, metrics: {}, images: 0, share: 0.5 };
        }
        return complete(peak(theta));
      },
    });
    expect(seen.map(({ trial, step }) => [trial, step])).toEqual([
      [0, 1],
      [0, 2],
      [0, 3],
      [1, 1],
      [1, 2],
    ]);
    expect(result.trials.map(({ outcome }) => outcome?.status)).toEqual(['complete', 'pruned']);
    expect(events.filter(({ type }) => type === 'trial-reported').length).toBe(5);
  });

  test('a report that is no reward fails the trial', async () => {
    const { result } = await study({
      walk: { rounds: 1, samples: 1 },
      run: async (_, report) => {
        await report(1, Number.NaN);
        return complete(1);
      },
    });
    expect(result.trials[0]?.outcome).toEqual({
      status: 'failed',
      error: 'the reward reported at step 1 is NaN, not in [0, 1]',
    });
  });

  describe('interrupted by its signal', () => {
    test('keeps what is finished, and goes on from there', async () => {
      const undisturbed = await study();
      for (const stopAt of [0, 1, 4, 6, 15]) {
        const folder = begun();
        const controller = new AbortController();
        const interrupted = await study({
          folder,
          signal: controller.signal,
          concurrency: 2,
          run: async ({ number, theta }, report) => {
            if (number === stopAt) controller.abort(new Error('enough'));
            await report(1, 0.5);
            return complete(peak(theta));
          },
        });
        expect(interrupted.result.status).toBe('interrupted');
        const done = interrupted.result.trials.filter(({ outcome }) => outcome !== null).map(({ number }) => number);
        expect(done.length).toBeLessThan(16);

        const ran: number[] = [];
        const resumed = await study({
          folder,
          run: noting(ran),
        });
        expect(resumed.result.status).toBe('complete');
        expect(resumed.hash).toBe(undisturbed.hash);
        expect(ran.filter((number) => done.includes(number))).toEqual([]);
        expect(ran.length + done.length).toBe(16);
        expect(resumed.events[0]).toMatchObject({ type: 'study-started', finished: done.length });
      }
    });

    test('before it begins, it runs nothing', async () => {
      const { result } = await study({ signal: AbortSignal.abort() });
      expect(result).toEqual({
        status: 'interrupted',
        best: null,
        finalists: [],
        estimate: null,
        front: null,
        trials: [],
        signal: 'unknown',
        signals: [],
      });
    });

    test('a finished search that is resumed runs nothing', async () => {
      const folder = begun();
      const first = await study({ folder });
      const again = await study({ folder, run: () => Promise.reject(new Error('run again')) });
      expect(again.result).toEqual(first.result);
      expect(again.hash).toBe(first.hash);
    });
  });

  test('an executor that cannot run trials ends the search, and loses nothing', async () => {
    const folder = begun();
    const broken = new AslError('ASL_DATA_MISSING', 'no images');
    let calls = 0;
    const executor = {
      concurrency: 2,
      run: async (task: { theta: readonly number[] }) => {
        calls += 1;
        if (calls > 5) throw broken;
        return complete(peak(task.theta));
      },
      close: async () => {},
    };
    await expect(study({ folder, executor })).rejects.toBe(broken);
    const store = TrialStore.read(folder);
    expect(store.trials().filter(({ outcome }) => outcome !== null).length).toBe(5);
    store.close();
    expect((await study({ folder })).hash).toBe((await study()).hash);
  });

  describe('refuses', () => {
    const interrupt = async (): Promise<string> => {
      const folder = begun();
      const controller = new AbortController();
      await study({
        folder,
        signal: controller.signal,
        run: async ({ number, theta }) => {
          if (number === 5) controller.abort();
          return complete(peak(theta));
        },
      });
      return folder;
    };
    const changed = {
      code: 'ASL_RUN_CHANGED',
      details: { where: expect.stringContaining('round 2'), remedy: expect.any(String) },
    };

    test('to go on with other proposals, and leaves the store as it was', async () => {
      const folder = await interrupt();
      const before = TrialStore.read(folder);
      const hash = before.contentHash();
      before.close();
      const searcher = new WalkSearcher() as Searcher;
      const other = Object.create(searcher, {
        ask: { value: () => searcher.ask().map(({ theta }) => ({ theta: theta.map((value) => value / 2) })) },
        restore: { value: (state: never) => searcher.restore(state) },
      });
      await expect(study({ folder, searcher: other })).rejects.toMatchObject(changed);
      const after = TrialStore.read(folder);
      expect(after.contentHash()).toBe(hash);
      after.close();
    });

    test('to go on with trials whose content has changed', async () => {
      const content: TrialContent = ({ theta }, round) => ({ theta, round, version: 2 });
      await expect(study({ folder: await interrupt(), content })).rejects.toMatchObject(changed);
    });

    test('proposals outside the cube, and too few of them', async () => {
      const asking = (proposals: object[]): Searcher =>
        Object.assign(new WalkSearcher({ samples: 2 }) as Searcher, { ask: () => proposals });
      const invalid = { code: 'ASL_PLUGIN_INVALID' };
      await expect(study({ searcher: asking([{ theta: [0.5] }, { theta: [1.5] }]) })).rejects.toMatchObject(invalid);
      await expect(study({ searcher: asking([{ theta: [0.5] }, { theta: [Number.NaN] }]) })).rejects.toMatchObject(
        invalid,
      );
      await expect(study({ searcher: asking([{ theta: [0.5] }]) })).rejects.toMatchObject(invalid);
    });
  });
});
