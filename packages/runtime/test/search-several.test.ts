import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { loadConfig } from '@auto-seg-loss/config';
import { AslError } from '@auto-seg-loss/kernel';
import {
  type EndedSearch,
  type MakeExecutor,
  resumeSearch,
  type SearchEvent,
  SeveralRefused,
  search,
  searchSeveral,
} from '@auto-seg-loss/runtime';
import type { FinishedTrial } from '@auto-seg-loss/study';
import { describe, expect, test } from 'vitest';
import { SeveralLeft } from '../src/commands/several-left.ts';
import { madeUp, UNTRAINED } from './made-up-rewards.ts';
import { makeProject } from './project.ts';
import { CONFIG } from './search-of-seconds.ts';

const MADE_UP = { ...CONFIG, ...UNTRAINED };
const CONFIGS = {
  'one.json': MADE_UP,
  'two.json': { ...MADE_UP, metric: 'dice', seed: 2, searcher: { use: 'cma-es', rounds: 3, samples: 4 } },
  'three.json': { ...MADE_UP, searcher: { use: 'random', rounds: 2, samples: 1 } },
};
const NAMES = ['one', 'two', 'three'] as const;

/** The searches of configs in a folder, each with a run folder of its name. */
const newSearches = (cwd: string, names: readonly string[] = NAMES) =>
  names.map((name) => ({
    name,
    load: () => loadConfig({ cwd, file: `${name}.json` }),
    out: join(cwd, 'runs', name),
  }));
const lossOf = (cwd: string, ...folder: readonly string[]) => readFile(join(cwd, ...folder, 'loss.json'), 'utf8');
const shown = (ended: readonly EndedSearch[]) =>
  ended.map((one) => [one.name, 'error' in one ? (one.error as AslError).code : one.result.status]);

describe('several searches at once', () => {
  test('each comes to what it comes to alone', async () => {
    const cwd = await makeProject(CONFIGS);
    for (const name of NAMES) {
      const config = await loadConfig({ cwd, file: `${name}.json` });
      await search(config, { makeExecutor: madeUp(), out: join(cwd, 'alone', name) });
    }
    let [running, most] = [0, 0];
    const makeExecutor: MakeExecutor = (...args) => {
      const executor = madeUp()(...args);
      return {
        ...executor,
        concurrency: 1,
        close: () => executor.close(),
        run: async (...task) => {
          running += 1;
          most = Math.max(running, most);
          await new Promise((resolve) => setImmediate(resolve));
          return executor.run(...task).finally(() => {
            running -= 1;
          });
        },
      };
    };
    const events: [string, SearchEvent][] = [];
    const ended = await searchSeveral(newSearches(cwd), {
      makeExecutor,
      workers: 2,
      onEvent: (name, event) => events.push([name, event]),
    });
    expect(shown(ended)).toEqual(NAMES.map((name) => [name, 'complete']));
    expect(most).toBe(2);
    for (const name of NAMES) expect(await lossOf(cwd, 'runs', name)).toBe(await lossOf(cwd, 'alone', name));
    // They ran beside each other, and each says how many workers there are for all.
    const types = events.map(([, { type }]) => type);
    expect(types.lastIndexOf('run-opened')).toBeLessThan(types.indexOf('trial-finished'));
    expect(events.filter(([, event]) => event.type === 'run-opened' && event.workers === 2)).toHaveLength(3);
    // A trial that waits for its turn has not begun.
    const underWay = types.map((type) => (type === 'trial-started' ? 1 : type === 'trial-finished' ? -1 : 0));
    const counts = underWay.map((_, index) => underWay.slice(0, index + 1).reduce<number>((sum, one) => sum + one, 0));
    expect(Math.max(...counts)).toBe(2);
  });

  test('one that fails does not end the others', async () => {
    const cwd = await makeProject(CONFIGS);
    const failing: MakeExecutor = (init, ...rest) => {
      if (init.job !== 'trial' || init.config.metric?.use !== 'dice') return madeUp()(init, ...rest);
      return {
        concurrency: 1,
        run: async () => {
          throw new AslError('ASL_SEARCH_FAILED', 'worker processes end before they are ready');
        },
        close: async () => {},
      };
    };
    const failures: string[] = [];
    const ends: string[] = [];
    const ended = await searchSeveral(newSearches(cwd), {
      makeExecutor: failing,
      onFailure: (name) => failures.push(name),
      onEnd: async (name) => {
        ends.push(name);
        // What is done with a result is part of its search.
        if (name === 'three') throw new AslError('ASL_RUN_FOLDER', 'no room');
      },
    });
    expect(shown(ended)).toEqual([
      ['one', 'complete'],
      ['two', 'ASL_SEARCH_FAILED'],
      ['three', 'ASL_RUN_FOLDER'],
    ]);
    expect([failures.toSorted(), ends.toSorted()]).toEqual([
      ['three', 'two'],
      ['one', 'three'],
    ]);
    // It goes on when what was in the way is gone.
    expect((await resumeSearch(join(cwd, 'runs', 'two'), { makeExecutor: madeUp() })).status).toBe('complete');
  });

  test('data that cannot be learned from are the failure of their own search, which leaves nothing', async () => {
    const dataset = {
      use: 'folder',
      root: 'data',
      classes: 2,
      train: { images: 'images', labels: 'labels' },
    };
    const cwd = await makeProject({ ...CONFIGS, 'two.json': { ...MADE_UP, dataset } });
    await mkdir(join(cwd, 'data/images'), { recursive: true });
    await mkdir(join(cwd, 'data/labels'), { recursive: true });
    for (const name of ['a', 'b', 'c', 'd']) {
      await writeFile(join(cwd, 'data/images', `${name}.png`), 'no picture');
      await writeFile(join(cwd, 'data/labels', `${name}.png`), 'no picture');
    }
    const ended = await searchSeveral(newSearches(cwd), { makeExecutor: madeUp() });
    expect(shown(ended)).toEqual([
      ['one', 'complete'],
      ['two', 'ASL_DATA_INVALID'],
      ['three', 'complete'],
    ]);
    expect(existsSync(join(cwd, 'runs', 'two'))).toBe(false);
  });

  test('stopped together, they go on together, and end as if nothing had been', async () => {
    const cwd = await makeProject(CONFIGS);
    for (const name of NAMES) {
      const config = await loadConfig({ cwd, file: `${name}.json` });
      await search(config, { makeExecutor: madeUp(), out: join(cwd, 'alone', name) });
    }
    const stop = new AbortController();
    let finished = 0;
    const onEvent = (_: string, { type }: SearchEvent): void => {
      if (type === 'trial-finished' && ++finished === 6) stop.abort(new Error('stop'));
    };
    const stopped = await searchSeveral(newSearches(cwd), { makeExecutor: madeUp(), onEvent, signal: stop.signal });
    expect(shown(stopped).map(([, status]) => status)).toContain('interrupted');
    const runs = stopped.map(({ name, folder }) => ({ name, resume: folder }));
    expect(shown(await searchSeveral(runs, { makeExecutor: madeUp() }))).toEqual(
      NAMES.map((name) => [name, 'complete']),
    );
    for (const name of NAMES) expect(await lossOf(cwd, 'runs', name)).toBe(await lossOf(cwd, 'alone', name));
  });

  test('are all checked before one begins, and all that is wrong is told at once', async () => {
    const cwd = await makeProject({
      ...CONFIGS,
      'unread.json': '{',
      'unknown.json': { ...MADE_UP, searcher: { use: 'random', samples: 'many' } },
      'nowhere.json': {
        ...MADE_UP,
        dataset: { use: 'folder', root: 'nowhere', classes: 2, train: { images: 'a', labels: 'b' } },
      },
    });
    const events: SearchEvent[] = [];
    const all = newSearches(cwd, ['one', 'unread', 'two', 'unknown', 'nowhere']);
    const options = { makeExecutor: madeUp(), onEvent: (_: string, event: SearchEvent) => events.push(event) };
    const refused: unknown = await searchSeveral(all, options).catch((error: unknown) => error);
    if (!(refused instanceof SeveralRefused)) throw new Error(`expected SeveralRefused, got ${String(refused)}`);
    expect(refused.errors.map(({ name, error }) => [name, (error as AslError).code])).toEqual([
      ['unread', 'ASL_CONFIG_SYNTAX'],
      ['unknown', expect.stringMatching(/^ASL_(OPTIONS|CONFIG)_INVALID$/)],
      ['nowhere', 'ASL_DATA_MISSING'],
    ]);
    expect([events, existsSync(join(cwd, 'runs'))]).toEqual([[], false]);
  });

  test('a run folder that is taken is in the way of all, and stays as it is', async () => {
    const cwd = await makeProject(CONFIGS);
    const [one, two] = newSearches(cwd);
    if (one === undefined || two === undefined) throw new Error('there are two');
    await searchSeveral([two], { makeExecutor: madeUp() });
    const before = await lossOf(cwd, 'runs', 'two');
    const refused: unknown = await searchSeveral([one, two], { makeExecutor: madeUp() }).catch((error) => error);
    expect(refused).toMatchObject({ errors: [{ name: 'two', error: { code: 'ASL_RUN_FOLDER' } }] });
    expect(existsSync(join(cwd, 'runs', 'one'))).toBe(false);
    expect(await lossOf(cwd, 'runs', 'two')).toBe(before);
    // Nobody holds its lock any more.
    expect((await resumeSearch(join(cwd, 'runs', 'two'), { makeExecutor: madeUp() })).status).toBe('complete');
  });

  test('of runs that go on, one that cannot leaves the others as they were', async () => {
    const cwd = await makeProject(CONFIGS);
    await searchSeveral(newSearches(cwd), { makeExecutor: madeUp() });
    const runs = NAMES.map((name) => ({ name, resume: join(cwd, 'runs', name) }));
    // More rounds of the first, fewer than it has of the second.
    const set = ['searcher.rounds=2'];
    const refused: unknown = await searchSeveral(runs, { makeExecutor: madeUp(), set }).catch((error) => error);
    expect(refused).toMatchObject({ errors: [{ name: 'two', error: { code: 'ASL_USAGE' } }] });
    expect(shown(await searchSeveral(runs, { makeExecutor: madeUp(), set: ['searcher.rounds=4'] }))).toEqual(
      NAMES.map((name) => [name, 'complete']),
    );
  });

  test('asked to end while they are checked, none is begun', async () => {
    const cwd = await makeProject(CONFIGS);
    const stop = new AbortController();
    const [first, ...others] = newSearches(cwd);
    if (first === undefined) throw new Error('there is one');
    const load = (): ReturnType<typeof loadConfig> => {
      stop.abort(new Error('stop'));
      return first.load();
    };
    const searches = [{ ...first, load }, ...others];
    await expect(searchSeveral(searches, { makeExecutor: madeUp(), signal: stop.signal })).rejects.toThrow('stop');
    expect(existsSync(join(cwd, 'runs'))).toBe(false);
  });
});

describe('what is left of several searches', () => {
  const started = (trials: number, again = 0, finished = 0): SearchEvent => ({
    type: 'study-started',
    rounds: 2,
    trials,
    again,
    finished,
    earlier: [],
  });
  const ended = (finished: number, secondsLeft: number | null): SearchEvent => ({
    type: 'trial-finished',
    trial: {} as FinishedTrial,
    best: null,
    finished,
    secondsLeft,
  });

  test('is known when each has a pace, and is the work of all, or the longest alone', () => {
    const left = new SeveralLeft(['a', 'b'], 4);
    left.hear('a', started(8));
    left.hear('b', started(2));
    expect([left.of('a'), left.of('b'), left.all]).toEqual([Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY, null]);
    // 6 trials of 10 s: with 4 slots 15 s.
    left.hear('a', ended(2, 15));
    expect([left.of('a'), left.all]).toEqual([15, null]);
    // One trial of 10 s.
    left.hear('b', ended(1, 10));
    expect(left.all).toBe((60 + 10) / 4);
    left.hear('b', ended(1, 50));
    expect(left.all).toBe(50);
    left.ended('b');
    expect([left.of('b'), left.all]).toEqual([Number.POSITIVE_INFINITY, 15]);
    left.ended('a');
    expect(left.all).toBe(0);
  });

  test('is less where fewer are tried again than there might have been', () => {
    const left = new SeveralLeft(['a'], 4);
    left.hear('a', started(4, 12, 0));
    left.hear('a', { type: 'reevaluation-started', best: 1, recommended: false, repeats: 2, confirm: 0, race: false });
    // 2 trials of 10 s at once.
    left.hear('a', ended(4, 10));
    expect(left.all).toBe(10);
  });
});
