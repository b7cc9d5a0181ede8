import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { loadConfig, type PluginOptions } from '@auto-seg-loss/config';
import { AslError } from '@auto-seg-loss/kernel';
import { inputSchema } from '@auto-seg-loss/schema';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'asl-config-'));
});
afterEach(() => rm(root, { recursive: true, force: true }));

async function write(path: string, content: unknown): Promise<string> {
  const file = join(root, path);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, typeof content === 'string' ? content : JSON.stringify(content));
  return file;
}

async function failure(promise: Promise<unknown>): Promise<AslError> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof AslError) return error;
  throw new Error(`expected an AslError, got ${String(error)}`);
}

/** Options of a data set. */
const mine = z.strictObject({
  root: z.string(),
  classes: z.union([z.int(), z.array(z.string())]),
  ignoreLabel: z.union([z.int(), z.array(z.int())]),
});

/** A plugin with these options, whatever their values. */
function known(...names: readonly string[]): PluginOptions {
  const taken: PluginOptions['taken'] = (others) =>
    Object.fromEntries(Object.entries(others).filter(([name]) => names.includes(name)));
  return { schema: {}, taken };
}

describe('defaults', () => {
  test('naming a metric is a whole config', async () => {
    const file = await write('asl.config.json', { metric: 'miou' });
    const loaded = await loadConfig({ cwd: root });
    expect(loaded).toMatchObject({ file, baseDir: root, sources: [file] });
    expect(loaded.config).toMatchObject({
      seed: 1,
      workers: availableParallelism(),
      metric: { use: 'miou' },
      surrogate: { use: 'bezier', pieces: 2 },
      constraints: [{ use: 'truth-table' }, { use: 'monotonicity' }],
      searcher: { use: 'ppo' },
      dataset: { use: 'scenes' },
      network: { use: 'deeplab-lite' },
      absent: 'zero',
    });
    expect(loaded.config.proxy.warmStart?.iterations).toBeGreaterThan(0);
    expect(loaded.config.proxy.reward).toMatchObject({ split: 'train' });
  });

  test('half a part keeps the other half', async () => {
    await write('asl.config.json', { metric: 'miou', proxy: { iterations: 7, augment: { flip: false } } });
    const { proxy } = (await loadConfig({ cwd: root })).config;
    expect(proxy).toMatchObject({ iterations: 7, momentum: 0.9, augment: { flip: false, photometric: 0.2 } });
    expect(proxy.warmStart).not.toBeNull();
  });

  test('a warm-up has to end before its training, wherever that stands', async () => {
    await write('asl.config.json', {
      metric: 'miou',
      training: { iterations: 10, warmUp: 10 },
      proxy: { iterations: 5, warmUp: 7, warmStart: { iterations: 10, warmUp: 9 } },
    });
    const refused = await loadConfig({ cwd: root }).catch((error: unknown) => error);
    if (!(refused instanceof AslError)) throw new Error('expected an error');
    const { problems = [] } = refused.details;
    expect(problems.map(({ where }) => where)).toEqual([
      'proxy.warmUp (asl.config.json)',
      'training.warmUp (asl.config.json)',
    ]);
    expect(refused.format()).toContain('less than 10 iterations, not 10');
  });

  test('warmStart may be null, and come back in a config that extends it', async () => {
    await write('base.json', { metric: 'miou', proxy: { warmStart: null } });
    await write('asl.config.json', { extends: './base.json', proxy: { warmStart: { iterations: 3 } } });
    expect((await loadConfig({ cwd: root, file: 'base.json' })).config.proxy.warmStart).toBeNull();
    expect((await loadConfig({ cwd: root })).config.proxy.warmStart).toMatchObject({ iterations: 3, power: 0.9 });
  });
});

describe('finding the file', () => {
  test.each([
    ['asl.config.yaml', 'metric: miou\n'],
    ['asl.config.yml', 'metric: {use: miou}\n'],
    ['.aslrc', 'metric: miou\n'],
    ['.aslrc.json', '{"metric": "miou"}'],
    ['package.json', '{"asl": {"metric": "miou"}}'],
  ])('%s', async (name, content) => {
    const file = await write(name, content);
    const loaded = await loadConfig({ cwd: root });
    expect(loaded.file).toBe(file);
    expect(loaded.config.metric).toEqual({ use: 'miou' });
  });

  test('is found in a folder above, within the project', async () => {
    const file = await write('asl.config.json', { metric: 'miou' });
    await write('package.json', {});
    await write('a/b/c.txt', '');
    expect((await loadConfig({ cwd: join(root, 'a/b') })).file).toBe(file);
  });

  test.each(['package.json', '.git/HEAD'])('is not looked for above the folder with %s', async (mark) => {
    await write('asl.config.json', { metric: 'miou' });
    await write(`project/${mark}`, '{}');
    await write('project/src/x.txt', '');
    const error = await failure(loadConfig({ cwd: join(root, 'project/src') }));
    expect(error.code).toBe('ASL_CONFIG_NOT_FOUND');
  });

  test('--set alone can be a config', async () => {
    const loaded = await loadConfig({ cwd: root, set: ['metric=miou'] });
    expect(loaded).toMatchObject({ file: undefined, baseDir: root, sources: ['--set'] });
  });

  test('a named file that is not there', async () => {
    const error = await failure(loadConfig({ cwd: root, file: 'nowhere.json' }));
    expect(error.code).toBe('ASL_CONFIG_NOT_FOUND');
    expect(error.format()).toContain('nowhere.json');
    expect(error.details.received).toBe('no such file');
  });
});

describe('code', () => {
  test('is refused without allowCode, and not run', async () => {
    await write('asl.config.mjs', 'globalThis.aslConfigRan = true; export default { metric: "miou" };');
    const error = await failure(loadConfig({ cwd: root }));
    expect(error.code).toBe('ASL_CONFIG_INVALID');
    expect(error.details.remedy).toContain('--allow-code');
    expect(globalThis).not.toHaveProperty('aslConfigRan');
  });

  test('is run with allowCode', async () => {
    await write('asl.config.mjs', 'export default () => ({ metric: "miou", seed: 3 });');
    expect((await loadConfig({ cwd: root, allowCode: true })).config.seed).toBe(3);
  });

  test('holds only what JSON can hold', async () => {
    await write('asl.config.mjs', 'export default { metric: { use: "miou", weigh: () => 1 } };');
    const error = await failure(loadConfig({ cwd: root, allowCode: true }));
    expect(error.details.problems).toEqual([
      { where: 'metric.weigh (asl.config.mjs)', expected: 'a value that JSON can hold', received: 'a function' },
    ]);
  });
});

describe('extends', () => {
  test('later wins; another plugin starts without options, the same keeps them', async () => {
    await write('a.yaml', 'seed: 5\nsearcher: {use: ppo, rounds: 9}\n');
    await write('b.json', { seed: 6, searcher: 'random' });
    await write('sub/asl.config.json', {
      extends: ['../a.yaml', '../b.json'],
      metric: 'miou',
      surrogate: { pieces: 1 },
    });
    const { config, sources } = await loadConfig({ cwd: join(root, 'sub'), set: ['searcher.samples=4'] });
    expect(config.seed).toBe(6);
    expect(config.searcher).toEqual({ use: 'random', samples: 4 });
    expect(config.surrogate).toEqual({ use: 'bezier', pieces: 1 });
    expect(sources.map((source) => source.replace(root, ''))).toEqual([
      '/a.yaml',
      '/b.json',
      '/sub/asl.config.json',
      '--set',
    ]);
  });

  test('null takes back what other files say, and stays where null means something', async () => {
    await write('base.json', {
      metric: 'miou',
      seed: 7,
      proxy: { batchSize: 4, augment: { flip: false } },
      pruning: { rule: 'median' },
      reevaluation: { repeats: 0 },
      dataset: { use: 'folder', val: { list: 'val.txt' } },
      losses: { mine: 'dice', other: 'focal' },
    });
    await write('asl.config.json', {
      extends: './base.json',
      seed: null,
      proxy: { batchSize: null, augment: null, warmStart: null },
      pruning: null,
      reevaluation: null,
      dataset: { val: { list: null, images: 'val' } },
      losses: { other: null },
    });
    const { config } = await loadConfig({ cwd: root });
    expect(config).toMatchObject({ seed: 1, pruning: null, losses: { mine: [{ loss: 'dice', weight: 1 }] } });
    expect(config.losses).not.toHaveProperty('other');
    expect(config.reevaluation).toEqual({ candidates: 4, repeats: 3, confirm: 3, race: null });
    expect(config.proxy).toMatchObject({ batchSize: 16, augment: { flip: true }, warmStart: null });
    // A plugin's own schema says what may be null in its options: null is kept for it.
    expect(config.dataset).toEqual({ use: 'folder', val: { list: null, images: 'val' } });
  });

  test('a field that must be said cannot be taken back', async () => {
    await write('base.json', { metric: 'miou' });
    await write('asl.config.json', { extends: './base.json', metric: null });
    const error = await failure(loadConfig({ cwd: root }));
    expect(error.details.problems).toMatchObject([{ where: 'metric (asl.config.json)', received: 'nothing' }]);
  });

  test('replace: an object stands as it is, not over that of another file', async () => {
    await write('base.json', {
      metric: 'miou',
      dataset: { use: 'folder', root: 'a', val: { list: 'val.txt', masks: 'm' } },
      proxy: { iterations: 9, augment: { flip: false } },
    });
    await write('asl.config.json', {
      extends: './base.json',
      replace: ['dataset.val', 'proxy'],
      dataset: { val: { images: 'val' } },
      proxy: { batchSize: 2 },
    });
    const { config } = await loadConfig({ cwd: root });
    expect(config.dataset).toEqual({ use: 'folder', root: 'a', val: { images: 'val' } });
    expect(config.proxy).toMatchObject({ batchSize: 2, iterations: 40, augment: { flip: true } });
  });

  test.each([[3], [[3]], ['a..b'], [['']]])('replace cannot be %j', async (replace) => {
    await write('asl.config.json', { metric: 'miou', replace });
    const error = await failure(loadConfig({ cwd: root }));
    expect(error.details).toMatchObject({ where: expect.stringContaining('replace in ') });
  });

  test('base is where relative paths start, from the last file that says it', async () => {
    await write('runs/one/config.json', { metric: 'miou', base: '../..' });
    expect((await loadConfig({ cwd: root, file: 'runs/one/config.json' })).baseDir).toBe(root);
    await write('deep/asl.config.json', { extends: '../runs/one/config.json' });
    expect((await loadConfig({ cwd: join(root, 'deep') })).baseDir).toBe(root);
    await write('deep/asl.config.json', { extends: '../runs/one/config.json', base: '.' });
    expect((await loadConfig({ cwd: join(root, 'deep') })).baseDir).toBe(join(root, 'deep'));
    await write('asl.config.json', { metric: 'miou', base: 3 });
    expect((await failure(loadConfig({ cwd: root }))).details.where).toContain('base in ');
  });

  test('a circle is named', async () => {
    await write('a.json', { extends: 'b.json' });
    await write('b.json', { extends: './a.json' });
    const error = await failure(loadConfig({ cwd: root, file: 'a.json' }));
    expect(error.code).toBe('ASL_CONFIG_INVALID');
    expect(error.details.received).toBe(`${root}/a.json → ${root}/b.json → ${root}/a.json`);
  });

  test('a missing base is named, with the file that extends it', async () => {
    await write('asl.config.json', { extends: './gone.json', metric: 'miou' });
    const error = await failure(loadConfig({ cwd: root }));
    expect(error.code).toBe('ASL_CONFIG_NOT_FOUND');
    expect(error.format()).toContain('gone.json');
    expect(error.details.where).toContain('asl.config.json');
  });
});

describe('--set', () => {
  test.each([
    ['searcher.rounds=2', { searcher: { use: 'ppo', rounds: 2 } }],
    ['seed=7', { seed: 7 }],
    ['metric={"use":"biou","tolerance":2}', { metric: { use: 'biou', tolerance: 2 } }],
    ['dataset.root=../a=b', { dataset: { use: 'scenes', root: '../a=b' } }],
    ['decode=rank', { decode: [{ use: 'rank' }] }],
    ['constraints=[]', { constraints: [] }],
    ['proxy.warmStart=null', { proxy: { warmStart: null } }],
    ['proxy.size=[32,48]', { proxy: { size: [32, 48] } }],
  ])('%s', async (set, expected) => {
    await write('asl.config.json', { metric: 'miou', searcher: 'ppo' });
    expect((await loadConfig({ cwd: root, set: [set] })).config).toMatchObject(expected);
  });

  test.each([
    ['constraints=truth-table,monotonicity', { constraints: [{ use: 'truth-table' }, { use: 'monotonicity' }] }],
    ['constraints=monotonicity', { constraints: [{ use: 'monotonicity' }] }],
    ['report.metrics=gacc, ./my.ts', { report: { metrics: [{ use: 'gacc' }, { use: './my.ts' }] } }],
    ['proxy.size=32,48', { proxy: { size: [32, 48] } }],
    ['proxy.warmStart.augment.scale=1,1', { proxy: { warmStart: { augment: { scale: [1, 1] } } } }],
    // Text, where text is what is wanted.
    ['start=a,b.json', { start: 'a,b.json' }],
    ['dataset.root=a,b', { dataset: { root: 'a,b' } }],
    ['dataset.classes=sky,road', { dataset: { classes: ['sky', 'road'] } }],
    ['dataset.ignoreLabel=0,255', { dataset: { ignoreLabel: [0, 255] } }],
    ['dataset.ignoreLabel=255', { dataset: { ignoreLabel: 255 } }],
  ])('a list may be written with commas: %s', async (set, expected) => {
    await write('asl.config.json', { metric: 'miou', dataset: { use: 'mine' } });
    const pluginOptions = async (kind: string, use: string): Promise<PluginOptions | undefined> =>
      kind === 'dataset' && use === 'mine' ? { schema: inputSchema(mine), taken: () => ({}) } : undefined;
    expect((await loadConfig({ cwd: root, set: [set], pluginOptions })).config).toMatchObject(expected);
  });

  test('pruning.rungs=0.5 is a list of one', async () => {
    await write('asl.config.json', { metric: 'miou', pruning: { rule: 'median' } });
    const { config } = await loadConfig({ cwd: root, set: ['pruning.rungs=0.5'] });
    expect(config.pruning?.rungs).toEqual([0.5]);
  });

  test('one after another: null and then an object replaces', async () => {
    await write('asl.config.json', { metric: 'miou', proxy: { iterations: 9, batchSize: 2 }, seed: 3 });
    const set = ['proxy=null', 'proxy={"batchSize": 5}', 'seed=4', 'seed=null'];
    const { config, sources } = await loadConfig({ cwd: root, set });
    expect(config).toMatchObject({ seed: 1, proxy: { batchSize: 5, iterations: 40 } });
    expect(sources).toEqual([join(root, 'asl.config.json'), '--set']);
  });

  test.each(['seed', '=3', 'a..b=3', '.a=1'])('%s is no override', async (set) => {
    await write('asl.config.json', { metric: 'miou' });
    expect((await failure(loadConfig({ cwd: root, set: [set] }))).code).toBe('ASL_USAGE');
  });

  test('an unknown path names the nearest', async () => {
    await write('asl.config.json', { metric: 'miou' });
    const error = await failure(loadConfig({ cwd: root, set: ['proxy.learningrate=1', '__proto__.seed=2'] }));
    expect(error.code).toBe('ASL_CONFIG_INVALID');
    expect(error.format()).toContain('proxy.learningrate (--set)');
    expect(error.format()).toContain('Did you mean "learningRate"?');
    expect(error.format()).toContain('__proto__ (--set)');
  });
});

describe('another plugin', () => {
  const searchers: Readonly<Record<string, PluginOptions>> = {
    ppo: known('rounds', 'samples', 'clip'),
    random: known('rounds', 'samples'),
  };
  const pluginOptions = async (_kind: string, use: string): Promise<PluginOptions | undefined> => searchers[use];

  test('keeps the options that it has too, and the rest is named', async () => {
    await write('asl.config.json', { metric: 'miou', searcher: { use: 'ppo', rounds: 9, samples: 5, clip: 0.1 } });
    const set = ['searcher.use=random', 'searcher.samples=3'];
    const { config, notes } = await loadConfig({ cwd: root, set, pluginOptions });
    expect(config.searcher).toEqual({ use: 'random', rounds: 9, samples: 3 });
    expect(notes).toEqual(['searcher is random in place of ppo: rounds of the one before is kept; clip is left out.']);
  });

  test('through extends, over several files', async () => {
    await write('a.json', { searcher: { use: 'ppo', rounds: 9, clip: 0.1 } });
    await write('b.json', { extends: './a.json', searcher: 'unheard-of' });
    await write('asl.config.json', { extends: './b.json', metric: 'miou', searcher: { use: 'random' } });
    const { config, notes } = await loadConfig({ cwd: root, pluginOptions });
    expect(config.searcher).toEqual({ use: 'random', rounds: 9 });
    expect(notes).toEqual([
      expect.stringMatching(/^searcher is random in place of unheard-of: rounds .* clip is left out/),
    ]);
  });

  test("one of which nothing is known starts anew; so does one that takes a null's place, without a word", async () => {
    await write('asl.config.json', { metric: 'miou', searcher: { use: 'ppo', rounds: 9 } });
    const unknown = await loadConfig({ cwd: root, set: ['searcher=unheard-of'], pluginOptions });
    expect(unknown.config.searcher).toEqual({ use: 'unheard-of' });
    expect(unknown.notes).toEqual(['searcher is unheard-of in place of ppo: rounds is left out.']);
    const replaced = await loadConfig({ cwd: root, set: ['searcher=null', 'searcher=random'], pluginOptions });
    expect([replaced.config.searcher, replaced.notes]).toEqual([{ use: 'random' }, []]);
  });

  test("defaults of the default plugin are nobody's to keep", async () => {
    await write('asl.config.json', { metric: 'miou', surrogate: 'linear' });
    const asked: string[] = [];
    const look = async (kind: string) => void asked.push(kind);
    const { config, notes } = await loadConfig({ cwd: root, pluginOptions: look as () => Promise<undefined> });
    expect([config.surrogate, notes, asked]).toEqual([{ use: 'linear' }, [], []]);
  });
});

describe('problems', () => {
  test('all at once, each with its path, source, expected, received and nearest name', async () => {
    await write('base.yaml', 'seed: -1\nabsent: ignore\n');
    await write('asl.config.json', {
      extends: './base.yaml',
      metrc: 'miou',
      workers: 'x',
      proxy: { size: [64], augment: { scale: [2, 1], flop: true }, warmStart: { momentum: 1 } },
      constraints: 'none',
      surrogate: 3,
    });
    const error = await failure(loadConfig({ cwd: root, set: ['report.seeds=0'] }));
    expect(error.code).toBe('ASL_CONFIG_INVALID');
    const byPath = new Map(error.details.problems?.map(({ where, ...rest }) => [where, rest]));
    expect(Object.fromEntries(byPath)).toEqual({
      'seed (base.yaml)': { expected: 'a whole number at least 0', received: '-1' },
      'absent (base.yaml)': { expected: 'one of "zero", "skip", "search"', received: '"ignore"' },
      'workers (asl.config.json)': { expected: 'a whole number from 1 to 1024', received: '"x"' },
      'metric (asl.config.json)': { expected: expect.stringContaining('metric: miou') as string, received: 'nothing' },
      'surrogate (asl.config.json)': { expected: expect.stringContaining('"use"') as string, received: '3' },
      'constraints (asl.config.json)': {
        expected: 'a list of at most 100, each text that is not empty, or an object with "use"',
        received: '"none"',
      },
      'proxy.size (asl.config.json)': {
        expected: 'a list of 2 values, each a whole number from 8 to 4096',
        received: '[64]',
      },
      'proxy.augment.scale (asl.config.json)': { expected: 'the smaller scale first', received: '[2,1]' },
      'proxy.augment.flop (asl.config.json)': {
        expected: 'one of scale, flip, photometric, catMaxRatio',
        received: 'the unknown name "flop"',
        remedy: 'Did you mean "flip"?',
      },
      'proxy.warmStart.momentum (asl.config.json)': {
        expected: 'a number at least 0 and below 1',
        received: '1',
      },
      'report.seeds (--set)': { expected: 'a whole number from 1 to 100', received: '0' },
      'metrc (asl.config.json)': {
        expected: expect.stringContaining('seed, workers, executor, metric') as string,
        received: 'the unknown name "metrc"',
        remedy: 'Did you mean "metric"?',
      },
    });
  });

  test.each([
    [
      'asl.config.json',
      '{\n  "metric": "miou",\n  "seed": 1,\n  "seed": 2\n}',
      'line 4, column 3',
      '"seed" stands twice',
    ],
    ['asl.config.json', '{\n  "metric": "miou",\n}', 'line 3, column 1', 'expected'],
    ['asl.config.json', '{ // why\n}', 'line 1, column 3', 'comment'],
    ['asl.config.yaml', 'metric: miou\nseed: 1\nseed: 2\n', 'line 3, column 1', 'unique'],
    ['asl.config.yaml', 'metric: miou\nproxy:\n\tsize: [1, 2]\n', 'line 3, column 1', 'Tabs'],
    ['asl.config.yaml', 'metric: *nowhere\n', 'line 1, column 9', 'alias'],
  ])('%s: %j', async (name, content, position, message) => {
    await write(name, content);
    const error = await failure(loadConfig({ cwd: root }));
    expect(error.code).toBe('ASL_CONFIG_SYNTAX');
    expect(error.details.where).toContain(name);
    expect(error.details.where).toContain(position);
    expect(error.message).toContain(message);
  });

  test.each(['[1]', '"miou"', '3'])('%s is no config', async (content) => {
    await write('asl.config.json', content);
    expect((await failure(loadConfig({ cwd: root }))).details.expected).toContain('metric');
  });
});

describe('leaks', () => {
  test('a reward taken on val is refused, with the reason', async () => {
    await write('asl.config.json', { metric: 'miou', proxy: { reward: { split: 'val' } } });
    const error = await failure(loadConfig({ cwd: root }));
    expect(error.code).toBe('ASL_CONFIG_LEAK');
    expect(error.message).toContain('val must stay unseen');
    expect(error.details.where).toBe('proxy.reward.split (asl.config.json)');
  });

  test('it is listed among other problems', async () => {
    await write('asl.config.json', { metric: 'miou', seed: 'x', proxy: { reward: { split: 'val' } } });
    const error = await failure(loadConfig({ cwd: root }));
    expect(error.code).toBe('ASL_CONFIG_INVALID');
    expect(error.details.problems?.map(({ where }) => where)).toEqual([
      'seed (asl.config.json)',
      'proxy.reward.split (asl.config.json)',
    ]);
  });
});
