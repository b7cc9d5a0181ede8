import { setMaxListeners } from 'node:events';
import { fc, test } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import {
  type Executor,
  type Outcome,
  runStudy,
  SharedSlots,
  type StudyEvent,
  TrialStore,
  type TrialTask,
} from '../src/index.ts';
import { WalkSearcher } from './fixtures/walk-searcher.mjs';
import { runFolder } from './run-folder.ts';
import { VirtualClock } from './virtual-clock.ts';

const never = new AbortController().signal;
setMaxListeners(0, never);
const quiet = { report: () => 'continue' as const, retry: () => {} };
const taskOf = (number: number): TrialTask => ({
  number,
  round: 0,
  index: number,
  key: `key ${number}`,
  theta: [],
  descent: null,
  content: null,
  from: 0,
  until: 1,
});
const complete = (reward: number): Outcome => ({ status: 'complete', reward, metrics: null, images: 1 });

/** Executors of one trial at a time, on a clock of their own; what they do is counted. */
class Machine {
  readonly clock: VirtualClock = new VirtualClock();
  running = 0;
  most = 0;
  alive = 0;
  mostAlive = 0;
  made = 0;
  readonly ran: string[] = [];

  /** @param time of a trial. @param start of an executor, before its first trial. @param end of one that is closed. */
  maker(name: string, time: number, start: number, end: number): () => Executor {
    return () => {
      this.alive += 1;
      this.made += 1;
      this.mostAlive = Math.max(this.alive, this.mostAlive);
      let [isStarted, isBusy, isClosed] = [false, false, false];
      return {
        concurrency: 1,
        run: async (task, _, signal) => {
          expect([isBusy, isClosed]).toEqual([false, false]);
          isBusy = true;
          this.running += 1;
          this.most = Math.max(this.running, this.most);
          this.ran.push(`${name} ${task.number}`);
          await this.clock.sleep(time + (isStarted ? 0 : start));
          isStarted = true;
          isBusy = false;
          this.running -= 1;
          signal.throwIfAborted();
          return complete(1);
        },
        close: async () => {
          expect([isBusy, isClosed]).toEqual([false, false]);
          isClosed = true;
          if (end > 0) await this.clock.sleep(end);
          this.alive -= 1;
        },
      };
    };
  }
}

/** A search as those that share see it: rounds of so many trials, which wait for each other. */
interface Rounds {
  readonly sizes: readonly number[];
  readonly time: number;
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);
const equal = (rounds: number, size: number, time = 10): Rounds => ({
  sizes: Array.from({ length: rounds }, () => size),
  time,
});

/** @param onLeft hears how many trials are left. */
async function runRounds(executor: Executor, { sizes }: Rounds, onLeft: (trials: number) => void): Promise<void> {
  const numbers = Array.from({ length: sum(sizes) }, (_, number) => number);
  let left = numbers.length;
  for (const size of sizes) {
    const queue = numbers.splice(0, size).values();
    const lane = async (): Promise<void> => {
      for (const number of queue) {
        await executor.run(taskOf(number), quiet, never);
        onLeft(--left);
      }
    };
    await Promise.all(Array.from({ length: executor.concurrency }, lane));
  }
  await executor.close();
}

interface Cost {
  readonly start?: number;
  readonly end?: number;
}

/** Runs searches that share slots. @returns what was seen, and how often a slot was idle while a trial waited. */
async function together(
  searches: readonly Rounds[],
  slots: number,
  { start = 0, end = 0 }: Cost = {},
): Promise<Machine & { readonly idle: number }> {
  const machine = new Machine();
  const shared = new SharedSlots(slots);
  let waiting = 0;
  let idle = 0;
  const all = searches.map((rounds, index) => {
    let left = Number.POSITIVE_INFINITY;
    const make = machine.maker(String(index), rounds.time, start, end);
    const executor = shared.executor({ make, left: () => left });
    const run: Executor['run'] = (task, hooks, signal) => {
      waiting += 1;
      const begin = (): void => {
        waiting -= 1;
      };
      return executor.run(task, { ...hooks, begin }, signal);
    };
    return runRounds({ ...executor, run }, rounds, (trials) => {
      left = trials * rounds.time;
    });
  });
  await machine.clock.until(Promise.all(all), () => {
    if (waiting > 0 && machine.running < slots) idle += 1;
  });
  return Object.assign(machine, { idle });
}

async function oneAfterAnother(searches: readonly Rounds[], slots: number, cost: Cost = {}): Promise<number> {
  const times: number[] = [];
  for (const each of searches) times.push((await together([each], slots, cost)).clock.now);
  return sum(times);
}

const sizes = fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1, maxLength: 4 });
const searches = fc.array(fc.record({ sizes, time: fc.constantFrom(1, 2, 5) }), { minLength: 1, maxLength: 6 });
const slots = fc.integer({ min: 1, max: 4 });

describe('slots that searches share', () => {
  test.prop([searches, slots, fc.constantFrom(0, 0.5)], { numRuns: 60 })(
    'never more trials at once than slots, nor more than twice as many executors; every trial runs once',
    async (several, count, end) => {
      const machine = await together(several, count, { end });
      expect(machine.most).toBeLessThanOrEqual(count);
      expect(machine.mostAlive).toBeLessThanOrEqual(2 * count);
      expect([machine.running, machine.alive]).toEqual([0, 0]);
      const all = several.flatMap((search, index) =>
        Array.from({ length: sum(search.sizes) }, (_, number) => `${index} ${number}`),
      );
      expect(machine.ran.toSorted()).toEqual(all.toSorted());
    },
  );

  test.prop([searches, slots], { numRuns: 40 })('no slot is idle while a trial waits', async (several, count) => {
    expect((await together(several, count)).idle).toBe(0);
  });

  test.each([
    // Each round of 3 leaves one of 2 slots idle for half of its time.
    ['two with rounds of 3 on 2 slots', [equal(12, 3), equal(12, 3)], 2, 0.77],
    ['a longer and a shorter one', [equal(8, 3), equal(24, 3)], 2, 0.78],
    ['five with rounds of 6 on 4 slots', Array.from({ length: 5 }, () => equal(24, 6)), 4, 0.76],
    ['trials of different length', [equal(24, 6), equal(12, 32, 10), equal(24, 3, 30), equal(10, 4, 5)], 4, 0.87],
  ])('%s end sooner than one after another', async (_, several, count, share) => {
    const { clock } = await together(several, count, { start: 2, end: 0.1 });
    expect(clock.now / (await oneAfterAnother(several, count, { start: 2, end: 0.1 }))).toBeLessThan(share);
  });

  test('with more searches than executors are kept, few are started anew', async () => {
    const several = Array.from({ length: 10 }, () => equal(12, 3));
    const { made, clock } = await together(several, 2, { start: 2, end: 0.1 });
    // 360 trials.
    expect(made).toBeLessThan(60);
    expect(clock.now).toBeLessThan(0.85 * (await oneAfterAnother(several, 2, { start: 2, end: 0.1 })));
  });
});

describe('a trial that waits', () => {
  const machine = () => {
    const it = new Machine();
    const shared = new SharedSlots(1);
    const executor = (left = 1) => shared.executor({ make: it.maker('it', 5, 0, 0), left: () => left });
    return { it, executor };
  };

  test('is given up at once, and leaves its slot to others', async () => {
    const { it, executor } = machine();
    const [first, second, third] = [executor(), executor(), executor()];
    const stop = new AbortController();
    const one = first.run(taskOf(1), quiet, never);
    const two = second.run(taskOf(2), quiet, stop.signal);
    const three = third.run(taskOf(3), quiet, never);
    await new Promise((resolve) => setImmediate(resolve));
    stop.abort(new Error('enough'));
    await expect(two).rejects.toThrow('enough');
    await it.clock.until(Promise.all([one, three]));
    expect(it.ran).toEqual(['it 1', 'it 3']);
    await expect(second.run(taskOf(2), quiet, stop.signal)).rejects.toThrow('enough');
  });

  test('is told of when it begins, and not before', async () => {
    const { it, executor } = machine();
    const begun: number[] = [];
    const hooks = { ...quiet, begin: () => void begun.push(it.clock.now) };
    const [first, second] = [executor(), executor()];
    await it.clock.until(Promise.all([first, second].map((each, number) => each.run(taskOf(number), hooks, never))));
    expect(begun).toEqual([0, 5]);
  });

  test('goes on where the trial before it fails, or its executor cannot be made', async () => {
    const shared = new SharedSlots(1);
    const left = () => 1;
    const make = (run: Executor['run']): Executor => ({ concurrency: 1, run, close: async () => {} });
    const broken = shared.executor({ make: () => make(() => Promise.reject(new Error('broken'))), left });
    const unmade = shared.executor({
      make: () => {
        throw new Error('unmade');
      },
      left,
    });
    const sound = shared.executor({ make: () => make(async () => complete(0.5)), left });
    const results = await Promise.allSettled([broken, unmade, sound].map((each) => each.run(taskOf(0), quiet, never)));
    expect(results.map((result) => (result.status === 'fulfilled' ? result.value : String(result.reason)))).toEqual([
      'Error: broken',
      'Error: unmade',
      complete(0.5),
    ]);
  });

  test('an executor that is not closed properly is told of to its own search alone', async () => {
    const shared = new SharedSlots(1);
    const sharers = Array.from({ length: 3 }, (_, index) =>
      shared.executor({
        make: () => ({
          concurrency: 1,
          run: async () => complete(0.5),
          close: () => (index === 0 ? Promise.reject(new Error('stuck')) : Promise.resolve()),
        }),
        left: () => 1,
      }),
    );
    for (const each of sharers) expect(await each.run(taskOf(0), quiet, never)).toEqual(complete(0.5));
    const ends = await Promise.allSettled(sharers.map((each) => each.close()));
    expect(ends.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'fulfilled']);
    const [first] = sharers;
    await first?.run(taskOf(0), quiet, never);
    await expect(first?.close()).rejects.toThrow('stuck');
  });
});

describe('studies that share slots', () => {
  const peak = ({ theta }: TrialTask): number => 1 - sum(theta.map((value) => (value - 0.7) ** 2)) / theta.length;
  const study = async (
    walk: object,
    executor: Executor,
  ): Promise<{ readonly hash: string; readonly types: string }> => {
    const store = TrialStore.create(runFolder(), { config: {}, environment: {} });
    const events: StudyEvent[] = [];
    try {
      const searcher = new WalkSearcher(walk);
      const reevaluation = { candidates: 2, repeats: 2, confirm: 1 };
      const onEvent = (event: StudyEvent): void => void events.push(event);
      await runStudy({ searcher, store, executor, reevaluation, onEvent, now: () => 0 });
      return {
        hash: store.contentHash(),
        types: events
          .map(({ type }) => type)
          .toSorted()
          .join(),
      };
    } finally {
      await executor.close();
      store.close();
    }
  };
  const walks = fc.array(
    fc.record({
      rounds: fc.integer({ min: 1, max: 2 }),
      samples: fc.integer({ min: 1, max: 4 }),
      seed: fc.integer({ min: 1, max: 1000 }),
      repeat: fc.boolean(),
    }),
    { minLength: 1, maxLength: 3 },
  );

  test.prop([walks, slots, fc.boolean(), fc.infiniteStream(fc.integer({ min: 0, max: 3 }))], { numRuns: 5 })(
    'come to what each comes to alone, in whatever order they are begun',
    async (all, count, isReversed, turns) => {
      const make = (): Executor => ({
        concurrency: 1,
        run: async (task) => {
          const wait = turns.next().value ?? 0;
          for (let turn = 0; turn < wait; turn++) await new Promise((resolve) => setImmediate(resolve));
          return complete(peak(task));
        },
        close: async () => {},
      });
      const alone = await Promise.all(all.map((walk) => study(walk, make())));
      const shared = new SharedSlots(count);
      const begun = isReversed ? all.toReversed() : all;
      const shares = await Promise.all(begun.map((walk) => study(walk, shared.executor({ make, left: () => 1 }))));
      expect(isReversed ? shares.toReversed() : shares).toEqual(alone);
    },
  );

  test('waiting is no part of the time of a trial, which begins when its turn has come', async () => {
    const { clock, maker } = (() => {
      const machine = new Machine();
      return { clock: machine.clock, maker: machine.maker.bind(machine) };
    })();
    const shared = new SharedSlots(1);
    const started: number[] = [];
    const run = async (seed: number): Promise<readonly (number | null)[]> => {
      const store = TrialStore.create(runFolder(), { config: {}, environment: {} });
      const executor = shared.executor({ make: maker('it', 7, 0, 0), left: () => 1 });
      const searcher = new WalkSearcher({ rounds: 2, samples: 2, seed });
      const onEvent = ({ type }: StudyEvent): void => void (type === 'trial-started' && started.push(clock.now));
      await runStudy({ searcher, store, executor, onEvent, now: () => clock.now });
      const times = store.trials().map(({ ms }) => ms);
      store.close();
      return times;
    };
    expect(await clock.until(Promise.all([run(1), run(2)]))).toEqual([
      [7, 7, 7, 7],
      [7, 7, 7, 7],
    ]);
    expect(started).toEqual([0, 7, 14, 21, 28, 35, 42, 49]);
  });

  test('many slots are no leak to Node', async () => {
    const warnings: Error[] = [];
    const hear = (warning: Error): void => void warnings.push(warning);
    process.on('warning', hear);
    const shared = new SharedSlots(24);
    const make = (): Executor => ({
      concurrency: 1,
      run: (task, _, signal) =>
        new Promise((resolve) => {
          signal.addEventListener('abort', () => {});
          setImmediate(() => resolve(complete(peak(task))));
        }),
      close: async () => {},
    });
    await Promise.all(
      [1, 2].map((seed) => study({ rounds: 1, samples: 24, seed }, shared.executor({ make, left: () => 1 }))),
    );
    await new Promise((resolve) => setImmediate(resolve));
    process.off('warning', hear);
    expect(warnings).toEqual([]);
  });
});
