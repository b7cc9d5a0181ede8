import { cp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { loadConfig } from '@auto-seg-loss/config';
import { assembleRun, pluginProblems } from '@auto-seg-loss/runtime';
import { describe, expect, test } from 'vitest';
import { failure, makeProject, pluginSource } from './project.ts';

const MIXED = new URL('../../../docs/examples/mixed.loss.json', import.meta.url);

const SEARCHER = `({ rounds }) => ({
  name: 'mine',
  create: (space, random) => ({
    name: 'mine', rounds, space, draw: random.uniform(), ask: () => [], tell: () => {}, snapshot: () => null, restore: () => {},
  }),
})`;
const DATASET = `({ shared }) => {
  globalThis.datasetsMade = (globalThis.datasetsMade ?? 0) + 1;
  const split = (ids) => ({ ids, read: async () => undefined });
  return { name: 'mine', classes: ['a'], train: split(['1', '2']), val: split(shared ? ['2'] : ['3']), fingerprint: async () => 'f' };
}`;

async function project(extra: object = {}): Promise<string> {
  return makeProject({
    'searcher.mjs': pluginSource('searcher', 'mine', 'z.strictObject({ rounds: z.int().min(1).default(3) })', SEARCHER),
    'dataset.mjs': pluginSource('dataset', 'mine', 'z.strictObject({ shared: z.boolean().default(false) })', DATASET),
    'network.mjs': pluginSource('network', 'mine'),
    'asl.config.json': {
      metric: 'miou',
      searcher: './searcher.mjs',
      dataset: './dataset.mjs',
      network: './network.mjs',
      report: { metrics: ['miou'] },
      ...extra,
    },
  });
}

async function assemble(baseDir: string): ReturnType<typeof assembleRun> {
  const { config } = await loadConfig({ cwd: baseDir });
  return assembleRun(config, { baseDir, cacheDir: baseDir });
}

describe('a run', () => {
  test('fills in the options of plugins', async () => {
    const run = await assemble(await project());
    expect(run.config.searcher).toEqual({ use: './searcher.mjs', rounds: 3 });
    expect(run.config.dataset).toEqual({ use: './dataset.mjs', shared: false });
  });

  test("trains trials with the config's network, or another that the proxy names", async () => {
    const network = (name: string): string =>
      pluginSource(
        'network',
        name,
        'z.strictObject({ width: z.int().default(4) })',
        `() => ({ name: '${name}', build() {} })`,
      );
    const same = await assemble(await project({ network: { use: 'deeplab-lite' } }));
    expect(await same.proxyNetwork).toBe(await same.network);
    expect(same.config.proxy.network).toBeNull();
    const baseDir = await project({ network: './large.mjs', proxy: { network: './small.mjs' } });
    for (const name of ['large', 'small']) await writeFile(join(baseDir, `${name}.mjs`), network(name));
    const other = await assemble(baseDir);
    expect((await other.proxyNetwork).name).toBe('small');
    expect((await other.network).name).toBe('large');
    expect(other.config.proxy.network).toEqual({ use: './small.mjs', width: 4 });
    const misspelt = { metric: 'miou', proxy: { network: { use: './small.mjs', widht: 3 } } };
    await writeFile(join(baseDir, 'asl.config.json'), JSON.stringify(misspelt));
    expect((await failure(assemble(baseDir))).format()).toContain('proxy.network.widht');
  });

  test('has the space of its metric, surrogate and constraints', async () => {
    const run = await assemble(await project());
    const space = await run.space;
    expect(space.slots.map(({ name }) => name)).toEqual(['intersection', 'union']);
    // Two curves of two pieces: three free control points each, both coordinates.
    expect(space.dimensions).toBe(12);
    const middle = space.start.slice(0, 6);
    expect(middle).toEqual([0.25, 0.25, 1 / 3, 1 / 3, 0.5, 0.5].map((value) => expect.closeTo(value, 12) as number));
    const [first, second] = space.curves([...middle, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5]);
    expect(first?.points[2]).toEqual([expect.closeTo(0.5, 12), expect.closeTo(0.5, 12)]);
    expect(second?.points.map(([x]) => x)).toEqual([0, 0.5, 0.75, 0.875, 1]);
  });

  test('starts from the curves of a loss, whatever else that is the sum of', async () => {
    const startOf = async (baseDir: string) => (await (await assemble(baseDir)).space).start;
    const baseDir = await project({ start: 'mixed.json' });
    await cp(MIXED, join(baseDir, 'mixed.json'));
    expect(await startOf(baseDir)).toEqual(await startOf(await project({ start: 'published:miou' })));
    const terms = [{ weight: 1, loss: 'dice' }];
    await writeFile(join(baseDir, 'mixed.json'), JSON.stringify({ format: 'auto-seg-loss/2', terms }));
    const error = await failure(startOf(baseDir));
    expect(error.code).toBe('ASL_LOSS_MISMATCH');
    expect(error.details).toMatchObject({ where: 'start', received: '"mixed.json"' });
  });

  test('has the space of the formula that it is to relax, where that is not its own', async () => {
    const run = await assemble(await project({ metric: 'gacc', formula: { use: 'bf1', tolerance: 2 } }));
    const own = await assemble(await project({ metric: 'bf1' }));
    expect((await run.space).slots).toEqual((await own.space).slots);
    expect((await run.metric).name).toBe('gacc');
    expect((await run.metrics).map(({ name }) => name)).toEqual(['gacc', 'miou']);
    expect(run.config.formula).toMatchObject({ use: 'bf1', tolerance: 2 });
    expect(own.config.formula).toBeNull();
    expect(await own.formula).toBe(await own.metric);
  });

  test('metrics of one name and other options have names that say which, in guards as in reports', async () => {
    const run = await assemble(
      await project({
        metric: { use: 'bf1', tolerance: 1 },
        guards: [
          { metric: { use: 'bf1', tolerance: 3 }, drop: 0.1 },
          { metric: { use: 'bf1', tolerance: 1 }, drop: 0.1 },
        ],
        report: { metrics: [{ use: 'bf1', tolerance: 3 }, 'miou', { use: 'bf1', tolerance: 1, background: false }] },
      }),
    );
    expect((await run.guards).map(({ name }) => name)).toEqual(['bf1 (tolerance 3)', 'bf1']);
    expect((await run.metrics).map(({ name }) => name)).toEqual([
      'bf1',
      'bf1 (tolerance 3)',
      'miou',
      'bf1 (background false)',
    ]);
    // It is the guard's own metric, not the one that has the shorter name.
    expect((await run.guards)[0]?.claims).toMatchObject({ tolerance: 3 });
  });

  test('has coordinates of all that its config leaves to the search, and says what is wrong with all of it', async () => {
    const run = await assemble(
      await project({
        absent: 'search',
        temperature: [0.5, 2],
        mix: ['cross-entropy', { use: 'focal', gamma: [0, 5] }],
      }),
    );
    expect((await run.space).coordinates.slice(12)).toEqual([
      'temperature',
      'absent',
      'focal gamma',
      'weight cross-entropy',
      'weight focal',
    ]);
    expect(run.config.mix).toEqual([
      { use: 'cross-entropy', labelSmoothing: 0 },
      { use: 'focal', activation: 'softmax', gamma: [0, 5] },
    ]);
    const error = await failure(
      assemble(
        await project({
          mix: [
            { use: 'dice', alpha: [0, 1] },
            { use: 'tversky', alpha: [0.9, 0.1], beta: [-1, 1], per: ['batch', 'image'] },
            { use: 'lovasz', classWeights: { exponent: [0, 1] } },
            { use: 'ssim', window: [5, 11] },
            { use: 'tversky', alpha: [0, 1], beta: [0, 1] },
            { use: 'focal', classWeights: { exponent: [0, 9] }, gamma: [0, 1, 2] },
            'miou',
          ],
          searchSpace: { use: 'dice' },
        }),
      ),
    );
    const text = error.format();
    for (const where of [
      'mix[0].alpha',
      'mix[1].alpha',
      'mix[1].beta',
      'mix[1].per',
      'mix[2].classWeights',
      'mix[3].window',
    ])
      expect(text).toContain(where);
    expect(text).toContain('mix[4].alpha');
    expect(text).toContain('mix[5].classWeights');
    expect(text).toContain('mix[5].gamma');
    expect(text).toMatch(/"miou" is a metric/);
    expect(text).toContain('below max');
    expect(text).toContain('this loss has no weights of classes');
  });

  test('refuses a known loss of which nothing is left to search, and what would be ignored beside one', async () => {
    const none = await failure(assemble(await project({ searchSpace: 'dice' })));
    expect(none.code).toBe('ASL_OPTIONS_INVALID');
    expect(none.format()).toContain('a range among its options');
    const known = { use: 'focal', gamma: [0, 5] };
    const curves = {
      formula: 'dice',
      absent: 'skip',
      temperature: [0.5, 2],
      surrogate: { use: 'linear' },
      constraints: [],
    };
    const error = await failure(assemble(await project({ searchSpace: known, ...curves })));
    expect(error.code).toBe('ASL_CONFIG_INVALID');
    for (const field of Object.keys(curves)) expect(error.format()).toContain(`${field} (`);
    expect(error.format()).toContain('the loss "focal" has no curves');
    const run = await assemble(await project({ searchSpace: known, mix: ['dice'] }));
    expect((await run.space).coordinates).toEqual(['focal gamma', 'weight dice']);
    expect((await run.space).slots).toEqual([]);
  });

  test('starts from losses that are points of the space, and from no others', async () => {
    const wide = { absent: 'search', temperature: [0.5, 2], mix: [{ use: 'focal', gamma: [0, 5] }] };
    const curves = (await (await assemble(await project({ start: 'published:miou' }))).space).start;
    const plain = await (await assemble(await project({ ...wide, start: 'published:miou' }))).space;
    expect(plain.start.slice(0, 12)).toEqual(curves);
    expect(plain.decode(plain.start)).toMatchObject([{ weight: 1, temperature: 1, absent: 'zero' }]);
    const mixed = await (await assemble(await project({ ...wide, start: '0.75*published:miou+0.25*focal' }))).space;
    expect(mixed.decode(mixed.start)).toMatchObject([{ weight: 0.75 }, { weight: 0.25, loss: { gamma: 2 } }]);
    for (const start of ['published:miou+focal', 'dice', '0.5*published:miou+0.5*dice', 'published:bf1']) {
      const run = await assemble(await project({ ...wide, start }));
      expect((await failure(run.space)).code).toBe('ASL_LOSS_MISMATCH');
    }
    const alone = await assemble(await project({ start: 'focal' }));
    expect((await failure(alone.space)).format()).toContain('a loss with curves of its own');
  });

  test('without constraints the space grows by both ends of each curve', async () => {
    const run = await assemble(await project({ constraints: [] }));
    expect((await run.space).dimensions).toBe(16);
  });

  test('makes each part once, when it is first asked for', async () => {
    const run = await assemble(await project());
    expect(globalThis).not.toHaveProperty('datasetsMade');
    expect(await run.dataset).toBe(await run.dataset);
    expect(globalThis).toHaveProperty('datasetsMade', 1);
    expect((await run.metrics).map(({ name }) => name)).toEqual(['miou']);
    await run.dispose();
  });

  test('hands the searcher its space and a stream of the seed', async () => {
    const searcherOf = async (seed: number) => (await assemble(await project({ seed }))).searcher as Promise<unknown>;
    const [one, same, other] = [await searcherOf(1), await searcherOf(1), await searcherOf(2)];
    expect(one).toMatchObject({ name: 'mine', rounds: 3, space: { dimensions: 12 } });
    expect(JSON.stringify(same)).toBe(JSON.stringify(one));
    expect(JSON.stringify(other)).not.toBe(JSON.stringify(one));
  });

  test('refuses a data set with an image in both splits', async () => {
    const run = await assemble(await project({ dataset: { use: './dataset.mjs', shared: true } }));
    const error = await failure(run.dataset);
    expect(error.code).toBe('ASL_CONFIG_LEAK');
    expect(error.details.received).toBe('2');
  });

  test('reports the problems of all plugins together, each with its config path', async () => {
    const baseDir = await project({
      searcher: { use: './searcher.mjs', rounds: 'x', rouns: 2 },
      surrogate: { use: 'bezier', pieces: 99 },
      constraints: ['truth-tabel'],
      report: { metrics: [{ use: 'miou', tolerance: 3 }] },
      formula: { use: 'miou', tolerance: 3 },
    });
    const error = await failure(assemble(baseDir));
    expect(error.code).toBe('ASL_CONFIG_INVALID');
    const text = error.format();
    expect(text).toContain('searcher.rounds: expected a whole number at least 1, received "x"');
    expect(text).toContain(
      'searcher.rouns: expected one of rounds, received the unknown name "rouns". Did you mean "rounds"?',
    );
    expect(text).toContain('surrogate.pieces: expected a whole number from 1 to 16, received 99');
    expect(text).toContain('constraint "truth-tabel" (constraints[0]) was not found');
    expect(text).toContain('Did you mean "truth-table"?');
    expect(text).toContain('report.metrics[0].tolerance');
    expect(text).toContain('formula.tolerance');
  });

  test('together with those of the config itself, where they are asked for', async () => {
    const cwd = await project({
      seed: 'x',
      searcher: { use: './searcher.mjs', rounds: 0 },
      network: 'resnett',
      metric: 3,
    });
    const error = await failure(loadConfig({ cwd, pluginProblems }));
    expect(error.code).toBe('ASL_CONFIG_INVALID');
    expect(error.details.problems?.map(({ where }) => where)).toEqual([
      'seed (asl.config.json)',
      'metric (asl.config.json)',
      'searcher.rounds (asl.config.json)',
      'network "resnett" (network) was not found (asl.config.json)',
    ]);
  });

  test('problems of options alone keep their code', async () => {
    const error = await failure(assemble(await project({ surrogate: { use: 'bezier', pieces: 0 } })));
    expect(error.code).toBe('ASL_OPTIONS_INVALID');
    expect(error.details.problems?.map(({ where }) => where)).toEqual(['surrogate.pieces']);
  });
});
