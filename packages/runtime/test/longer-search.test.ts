import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { loadConfig } from '@auto-seg-loss/config';
import { contentKey } from '@auto-seg-loss/kernel';
import { fidelity, resumeSearch, search } from '@auto-seg-loss/runtime';
import { TrialStore } from '@auto-seg-loss/study';
import { describe, expect, test } from 'vitest';
import { loaded } from './in-process.ts';
import { madeUp, UNTRAINED } from './made-up-rewards.ts';
import { failure, makeProject } from './project.ts';

const makeExecutor = madeUp();
const PPO = { use: 'ppo', samples: 3, updates: 4 };
const CMA = { use: 'cma-es', samples: 4, preselection: 3 };
const GRADIENT = { use: 'gradient', samples: 2 };

/** Each searcher for two lengths, and what is set for the longer. */
const SEARCHERS: readonly (readonly [string, (long: boolean) => object, string])[] = [
  ['ppo', (long) => ({ ...PPO, rounds: long ? 3 : 1 }), 'searcher.rounds=3'],
  ['cma-es', (long) => ({ ...CMA, rounds: long ? 4 : 2 }), 'searcher.rounds=4'],
  ['random', (long) => ({ use: 'random', samples: 3, rounds: long ? 2 : 1 }), 'searcher.rounds=2'],
  ['gradient', (long) => ({ ...GRADIENT, passes: long ? 3 : 1 }), 'searcher.passes=3'],
  [
    'sequence',
    (long) => ({
      use: 'sequence',
      searchers: [
        { ...GRADIENT, passes: 1 },
        { ...CMA, rounds: long ? 3 : 1 },
      ],
    }),
    'searcher.searchers.1.rounds=3',
  ],
];

/** In an order of the options that is nobody's but the writer's. */
const METRIC = {
  use: 'weighted',
  metrics: [
    { weight: 2, use: 'miou', average: 'dataset' },
    { use: 'gacc', weight: 1 },
  ],
};
const LOSSES = { tversky: { beta: 0.7, use: 'tversky', alpha: 0.3 }, mixed: ['cross-entropy', { use: 'dice' }] };
const of = (searcher: object, more: object = {}) =>
  loaded({ ...UNTRAINED, metric: METRIC, losses: LOSSES, searcher, ...more });
const files = async (folder: string) =>
  Promise.all(['loss.json', 'config.json', 'environment.json'].map((file) => readFile(join(folder, file), 'utf8')));
/** Of all that the store holds, but for what each run is told apart by. */
const hashOf = (folder: string): string => {
  const store = TrialStore.read(folder);
  try {
    return contentKey(JSON.parse(JSON.stringify(store.contents(), (key, value) => (key === 'id' ? undefined : value))));
  } finally {
    store.close();
  }
};

describe.each(SEARCHERS)('a search with %s', (_name, searcher, set) => {
  test('writes the same bytes when it is resumed at its end', async () => {
    const { folder } = await search(await of(searcher(true)), { makeExecutor });
    const first = await files(folder);
    for (const file of ['loss.json', 'config.json']) await rm(join(folder, file));
    const idle = madeUp(() => {
      throw new Error('nothing is left to try');
    });
    await resumeSearch(folder, { makeExecutor: idle });
    expect(await files(folder)).toEqual(first);
  });

  test('takes more rounds, and ends as if it had had them from the beginning', async () => {
    const whole = await search(await of(searcher(true)), { makeExecutor });
    const short = await of(searcher(false));
    const { folder, trials } = await search(short, { makeExecutor });
    const begun: number[] = [];
    const longer = await resumeSearch(folder, {
      makeExecutor: madeUp(undefined, ({ number }) => begun.push(number)),
      set: [set],
    });
    expect(await files(folder)).toEqual(await files(whole.folder));
    expect(hashOf(folder)).toBe(hashOf(whole.folder));
    // What was paid for is not trained again.
    expect(Math.min(...begun)).toBeGreaterThanOrEqual(trials.length);
    expect(longer.trials.slice(0, trials.length)).toEqual(trials);
    // From then on it is that search.
    await resumeSearch(folder, { makeExecutor });
    expect(await files(folder)).toEqual(await files(whole.folder));
  });

  test('takes more rounds in the midst of one, too', async () => {
    const whole = await search(await of(searcher(true)), { makeExecutor });
    const stop = new AbortController();
    const { folder } = await search(await of(searcher(false)), {
      makeExecutor,
      signal: stop.signal,
      onEvent: (event) => event.type === 'trial-finished' && event.finished === 2 && stop.abort(new Error('stop')),
    });
    await resumeSearch(folder, { makeExecutor, set: [set] });
    expect(hashOf(folder)).toBe(hashOf(whole.folder));
    expect(await files(folder)).toEqual(await files(whole.folder));
  });
});

describe('a search that goes on refuses', () => {
  const sequence = {
    use: 'sequence',
    searchers: [
      { ...GRADIENT, passes: 1 },
      { ...CMA, rounds: 1 },
    ],
  };
  test.each([
    [
      { ...PPO, rounds: 2 },
      ['searcher.samples=4'],
      /--set searcher\.samples=4: from round 1 on .* 4 losses in place of 3/,
    ],
    [{ ...PPO, rounds: 2 }, ['searcher.updates=5'], /from round 2 on/],
    [{ ...PPO, rounds: 2 }, ['searcher.rounds=1'], /2 rounds are begun already/],
    [{ ...PPO, rounds: 2 }, ['searcher=random'], /--set searcher\.use=random/],
    [{ ...PPO, rounds: 2 }, ['seed=3', 'proxy.iterations=7'], /--set seed=3 --set proxy\.iterations=7/],
    [{ ...PPO, rounds: 2 }, ['dataset.train=7'], /--set dataset\.train=7/],
    // The part that it would lengthen has ended, and the next one has begun from there.
    [sequence, ['searcher.searchers.0.passes=2'], /from round 3 on/],
  ])('%j with %j, says what may change, and stays as it is', async (searcher, set, received) => {
    const { folder } = await search(await of(searcher), { makeExecutor });
    const before = [hashOf(folder), ...(await files(folder))];
    const error = await failure(resumeSearch(folder, { makeExecutor, set }));
    expect(error.code).toBe('ASL_USAGE');
    expect(error.details.received).toMatch(received);
    expect(error.details.expected).toMatch(
      /^--set searcher\.\S+=N for more rounds.*--workers N, --set executor=… for what runs the trials$/,
    );
    expect([hashOf(folder), ...(await files(folder))]).toEqual(before);
  });

  test('values that do not fit, by their names', async () => {
    const { folder } = await search(await of({ ...PPO, rounds: 1 }), { makeExecutor });
    const wrong = await failure(resumeSearch(folder, { makeExecutor, set: ['searcher.rounds=many'] }));
    expect(wrong.format()).toMatch(/searcher\.rounds.*"many"/);
    const unknown = await failure(resumeSearch(folder, { makeExecutor, set: ['searcher.round=4'] }));
    expect(unknown.format()).toMatch(/Did you mean "rounds"\?/);
  });
});

describe("an edited config.json in the run's folder", () => {
  test('is noticed, and what it says is not taken silently', async () => {
    const { folder } = await search(await of({ ...PPO, rounds: 1 }), { makeExecutor });
    const file = join(folder, 'config.json');
    const written = await readFile(file, 'utf8');
    await writeFile(file, written.replace('"rounds": 1', '"rounds": 5').replace('"seed": 1', '"seed": 2'));
    const error = await failure(resumeSearch(folder, { makeExecutor }));
    expect(error.code).toBe('ASL_RUN_CHANGED');
    expect(error.details.where).toBe(file);
    expect(error.details.problems).toContainEqual({ where: 'searcher.rounds', expected: '1', received: '5' });
    expect(error.details.remedy).toContain('on the command line what may change: --set searcher.rounds=5;');
    expect(await readFile(file, 'utf8')).not.toBe(written);
    await writeFile(file, '{"seed": ');
    expect((await failure(resumeSearch(folder, { makeExecutor }))).details.received).toBe('no JSON object');
    // Written otherwise, it says the same.
    await writeFile(file, JSON.stringify(JSON.parse(written)));
    await resumeSearch(folder, { makeExecutor });
    await rm(file);
    await resumeSearch(folder, { makeExecutor });
    expect(await readFile(file, 'utf8')).toBe(written);
  });
});

describe('data that lie elsewhere', () => {
  const source = `import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
const missing = (root) => Object.assign(new Error('the folder was not found'), { code: 'ASL_DATA_MISSING', details: { where: root } });
const sample = (id, number) => ({ id, height: 8, width: 8, image: Uint8Array.from({ length: 192 }, (_, i) => (i * (7 + number)) % 251), label: Uint8Array.from({ length: 64 }, (_, i) => i % 2) });
const split = (ids) => ({ ids, read: async (i) => sample(ids[i], i) });
export const plugin = {
  kind: 'dataset', name: 'd', summary: 'For tests',
  options: (await import('zod')).z.strictObject({ root: (await import('zod')).z.string() }),
  create: async ({ root }, { baseDir }) => {
    const { resolve } = await import('node:path');
    const fingerprint = await readFile(join(resolve(baseDir, root), 'data.txt'), 'utf8').catch(() => { throw missing(root); });
    return { name: 'd', classes: ['a', 'b'], train: split(['x', 'y', 'z', 'w']), val: split(['v']), fingerprint: async () => fingerprint };
  },
};
`;
  // The data set is a file of its own, outside of the project that the tests run in.
  const trusted = { makeExecutor, allowCode: true };
  const begin = async (root = 'data') => {
    const config = await loaded(
      { ...UNTRAINED, searcher: { ...PPO, rounds: 2 }, dataset: { use: './data.mjs', root } },
      { 'data.mjs': source, 'data/data.txt': 'the data', 'other/data.txt': 'others' },
    );
    const stop = new AbortController();
    const { folder } = await search(config, {
      makeExecutor,
      signal: stop.signal,
      onEvent: (event) => event.type === 'trial-finished' && event.finished === 4 && stop.abort(new Error('stop')),
    });
    return { baseDir: config.baseDir, folder };
  };

  test('are found where --set dataset.root says, and the search is the one that was begun', async () => {
    const { baseDir, folder } = await begin();
    const whole = await search(await loadConfig({ cwd: baseDir }), { makeExecutor });
    await rename(join(baseDir, 'data'), join(baseDir, 'data2'));
    const lost = await failure(resumeSearch(folder, { ...trusted }));
    expect(lost.code).toBe('ASL_DATA_MISSING');
    expect(lost.details.remedy).toMatch(
      /asl search --resume \S+ --set dataset\.root=FOLDER --allow-code \(absolute, or from .*\)$/,
    );
    await resumeSearch(folder, { ...trusted, set: ['dataset.root=data2'] });
    expect(await readFile(join(folder, 'loss.json'))).toEqual(await readFile(join(whole.folder, 'loss.json')));
    expect(JSON.parse(await readFile(join(folder, 'config.json'), 'utf8')).dataset.root).toBe('data2');
    // It remembers, and can be moved again.
    await resumeSearch(folder, { ...trusted });
    await rename(join(baseDir, 'data2'), join(baseDir, 'data3'));
    await resumeSearch(folder, { ...trusted, set: [`dataset.root=${join(baseDir, 'data3')}`, 'searcher.rounds=3'] });
    expect(JSON.parse(await readFile(join(folder, 'loss.json'), 'utf8')).found.searcher.rounds).toBe(3);
  });

  test('are measured where they are, with what was measured before', async () => {
    const { baseDir, folder } = await begin();
    await resumeSearch(folder, { ...trusted });
    const measure = async (set: readonly string[] = []) => {
      const started: string[] = [];
      const result = await fidelity(folder, {
        ...trusted,
        candidates: 6,
        iterations: 2,
        set,
        onEvent: ({ type }, stage) => type === 'trial-started' && started.push(stage),
      });
      return { result, started };
    };
    const { result, started } = await measure();
    expect(started.length).toBeGreaterThan(0);
    await rename(join(baseDir, 'data'), join(baseDir, 'data2'));
    const lost = await failure(measure());
    expect(lost.code).toBe('ASL_DATA_MISSING');
    expect(lost.details.remedy).toMatch(
      /asl fidelity \S+ --set dataset\.root=FOLDER --allow-code \(absolute, or from .*\)$/,
    );
    expect(await measure(['dataset.root=data2'])).toEqual({ result, started: [] });
    // Also where the search itself remembers.
    await resumeSearch(folder, { ...trusted, set: ['dataset.root=data2'] });
    expect(await measure()).toEqual({ result, started: [] });

    const other = await failure(measure(['seed=3', 'searcher.rounds=9']));
    expect(other.code).toBe('ASL_USAGE');
    expect(other.details).toMatchObject({
      where: 'asl fidelity --set',
      received: '--set seed=3 --set searcher.rounds=9',
    });
    expect((await failure(measure(['dataset.root=other']))).code).toBe('ASL_RUN_FOLDER');
  });

  test('that are others are refused, as ever', async () => {
    const { folder } = await begin();
    const error = await failure(resumeSearch(folder, { ...trusted, set: ['dataset.root=other'] }));
    expect(error.code).toBe('ASL_RUN_CHANGED');
    expect(error.details.problems).toEqual([{ where: 'data', expected: '"the data"', received: '"others"' }]);
    await resumeSearch(folder, { ...trusted });
  });

  test('are looked for from where the command is typed, if they are not beside the config', async () => {
    const { baseDir, folder } = await begin();
    const elsewhere = await makeProject({ 'data2/data.txt': 'the data' });
    await rm(join(baseDir, 'data'), { recursive: true });
    await resumeSearch(folder, { ...trusted, set: ['dataset.root=data2'], cwd: elsewhere });
    const { dataset } = JSON.parse(await readFile(join(folder, 'config.json'), 'utf8'));
    expect(dataset.root).toBe(join(elsewhere, 'data2'));
    await resumeSearch(folder, { ...trusted });
  });
});
