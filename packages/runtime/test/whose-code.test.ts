import 'reflect-metadata';
import { chmod, chown, rename, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { loadConfig } from '@auto-seg-loss/config';
import { AslError } from '@auto-seg-loss/kernel';
import { openSearchedLoss, resolveLoss } from '@auto-seg-loss/loss-expression';
import { contentHash, encodeSafetensors } from '@auto-seg-loss/weights';
import { afterAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { checkPlugin } from '../../plugin-host/src/check-plugin.ts';
import { pluginContext } from '../../plugin-host/src/context.ts';
import { installedPlugins } from '../../plugin-host/src/installed-plugins.ts';
import { listPlugins } from '../../plugin-host/src/list-plugins.ts';
import { loadPlugin } from '../../plugin-host/src/load-plugin.ts';
import { pluginProblems } from '../../plugin-host/src/plugin-set.ts';
import { fidelity } from '../src/commands/fidelity.ts';
import { lossValue } from '../src/commands/loss-value.ts';
import { predict } from '../src/commands/predict.ts';
import { resumeSearch, search } from '../src/commands/search.ts';
import { findSubjects } from '../src/verify/find-subjects.ts';
import { makeExecutor } from './in-process.ts';
import { failure, makeProject, pluginPackage, pluginSource } from './project.ts';
import { CONFIG } from './search-of-seconds.ts';

const isRoot = process.getuid?.() === 0;
const STRANGER = 65_534;

const METRIC = `() => ({
  name: 'mine',
  measure: ({ and, sum }, { prediction, label }) => ({ hits: sum(and('hits', prediction, label)), all: sum(label) }),
  score: ({ mean, ratio }, { hits, all }) => mean(ratio(hits, all)),
})`;
/** A plugin whose code leaves a mark when it runs. */
const SOURCE = `globalThis.strangerRan = true;\n${pluginSource('metric', 'mine', undefined, METRIC)}`;

const ran = () => (globalThis as { strangerRan?: true }).strangerRan === true;
const unmark = (): void => {
  delete (globalThis as { strangerRan?: true }).strangerRan;
};
beforeEach(unmark);
// Other files of tests share the process, and look for the same mark.
afterAll(unmark);

const line = [
  [0, 0],
  [0.5, 0.5],
  [1, 1],
];
const loss = (parts: object): object => ({
  format: 'auto-seg-loss/1',
  metric: 'miou',
  surrogate: { use: 'bezier', pieces: 1 },
  constraints: ['truth-table'],
  curves: [
    { name: 'intersection', points: line },
    { name: 'union', points: line },
  ],
  ...parts,
});

/** A folder with a project and a stranger's folder beside it; no test may run what the stranger's has. */
async function neighbours(files: Readonly<Record<string, unknown>> = {}) {
  const root = await makeProject({ 'mine/package.json': {}, 'stranger/evil.mjs': SOURCE, ...files });
  return { root, mine: join(root, 'mine'), stranger: join(root, 'stranger') };
}

async function refusedCode(promise: Promise<unknown>): Promise<void> {
  const error = await failure(promise);
  expect(error.code, error.format()).toBe('ASL_NOT_TRUSTED');
}

async function refused(promise: Promise<unknown>): Promise<void> {
  await refusedCode(promise);
  expect(ran()).toBe(false);
}

describe('a stranger’s loss runs no code', () => {
  test.each([
    ['metric', { metric: './evil.mjs' }],
    ['a part of its metric', { metric: { use: 'weighted', metrics: [{ use: './evil.mjs' }, { use: 'miou' }] } }],
    ['surrogate', { surrogate: { use: './evil.mjs', pieces: 1 } }],
    ['constraint', { constraints: ['truth-table', './evil.mjs'] }],
    ['metric, also if the file is wrong besides', { metric: './evil.mjs', curves: [{ name: 'x', points: line }] }],
  ])('by its %s', async (_, parts) => {
    const { mine, stranger } = await neighbours({ 'stranger/loss.json': loss(parts) });
    const spec = '../stranger/loss.json';
    await refused(openSearchedLoss(spec, { cwd: mine, context: pluginContext(mine) }));
    await refused(findSubjects({ targets: [spec], cwd: mine }));
    // As a part of a sum; also where options are set, for which the metric would be loaded.
    const context = pluginContext(mine);
    await refused(resolveLoss(`dice+0.5*${spec}`, { cwd: mine, context }));
    await refused(resolveLoss('mix', { cwd: mine, context, named: { mix: [{ loss: spec, weight: 0.5 }] } }));
    await refused(resolveLoss(spec, { cwd: mine, context, options: [{ path: ['tolerance'], value: 2 }] }));
    await refused(findSubjects({ targets: [`dice+${spec}`], cwd: mine }));
    // Also to a config that starts from it.
    await writeFile(join(mine, 'asl.config.json'), JSON.stringify({ ...CONFIG, start: spec }));
    await refused(search(await loadConfig({ cwd: mine }), { makeExecutor }));
    const allowed = pluginContext(stranger, { allowCode: true });
    await openSearchedLoss(spec, { cwd: mine, context: allowed }).catch((error: unknown) => {
      if (!(error instanceof AslError && /^ASL_(PLUGIN|LOSS|OPTIONS)/.test(error.code))) throw error;
    });
    expect(ran()).toBe(true);
  });

  test('by a hand-made part of it', async () => {
    const terms = [
      { weight: 1, loss: 'dice' },
      { weight: 0.5, loss: { use: './evil.mjs' } },
    ];
    const { mine } = await neighbours({ 'stranger/loss.json': { format: 'auto-seg-loss/2', terms } });
    const spec = '../stranger/loss.json';
    const request = { cwd: mine, context: pluginContext(mine) };
    await refused(resolveLoss(spec, request));
    await refused(resolveLoss(`focal+0.5*${spec}`, { ...request, options: [{ path: ['gamma'], value: 3 }] }));
    await refused(findSubjects({ targets: [spec], cwd: mine }));
    const allowed = pluginContext(mine, { allowCode: true });
    await resolveLoss(spec, { cwd: mine, context: allowed }).catch((error: unknown) => {
      if (!(error instanceof AslError && /^ASL_PLUGIN/.test(error.code))) throw error;
    });
    expect(ran()).toBe(true);
  });

  test('when its value is asked for', async () => {
    const { mine } = await neighbours({ 'stranger/loss.json': loss({ metric: './evil.mjs' }) });
    const { dump } = await import('npyjs');
    await writeFile(join(mine, 'x.npy'), new Uint8Array(dump(new Float32Array(8), [1, 2, 2, 2])));
    await writeFile(join(mine, 'y.npy'), new Uint8Array(dump(new Int32Array(4), [1, 2, 2])));
    await refused(
      lossValue({
        loss: join(mine, '../stranger/loss.json'),
        logits: join(mine, 'x.npy'),
        labels: join(mine, 'y.npy'),
        layout: 'nchw',
        context: pluginContext(mine),
      }),
    );
  });
});

test('a stranger’s trained network runs no code', async () => {
  const { mine, stranger } = await neighbours({ 'mine/image.png': '' });
  const network = async (folder: string, use: string): Promise<string> => {
    const path = join(folder, 'network.safetensors');
    const described = {
      network: { use },
      classes: ['a', 'b'],
      normalization: { mean: [0, 0, 0], deviation: [1, 1, 1] },
      training: { images: 'fitted', size: [8, 8], scoring: {} },
      data: {},
    };
    const texts = Object.entries(described).map(([key, value]) => [key, JSON.stringify(value)]);
    const content = { tensors: new Map(), metadata: Object.fromEntries(texts) as Record<string, string> };
    const metadata = { ...content.metadata, sha256: contentHash(content) };
    await writeFile(path, encodeSafetensors({ ...content, metadata }));
    return path;
  };
  const apply = (path: string, allowCode = false) =>
    predict({ network: path, images: [join(mine, 'image.png')], out: join(mine, 'out'), engine: 'wasm', allowCode });
  await refused(network(stranger, './evil.mjs').then((path) => apply(path)));
  await refused(network(mine, '../stranger/evil.mjs').then((path) => apply(path)));
  await failure(network(stranger, './evil.mjs').then((path) => apply(path, true)));
  expect(ran()).toBe(true);
});

test('a stranger’s config runs no code while its problems are looked for', async () => {
  const { mine } = await neighbours({ 'stranger/asl.config.json': { metric: './evil.mjs', seed: 'x' } });
  await refused(loadConfig({ cwd: mine, file: '../stranger/asl.config.json', pluginProblems }));
  await failure(loadConfig({ cwd: mine, file: '../stranger/asl.config.json', pluginProblems, allowCode: true }));
  expect(ran()).toBe(true);
});

test('a stranger’s config brings no packages along, not even of names that are installed', async () => {
  const packages = [
    ['auto-seg-loss-metric-evil', 'metric', 'evil'],
    ['@auto-seg-loss/metric-miou', 'metric', 'miou'],
    ['@auto-seg-loss/loss-cross-entropy', 'loss', 'cross-entropy'],
  ] as const;
  const { mine } = await neighbours({
    ...Object.assign(
      {},
      ...packages.map(([name, kind, plugin]) =>
        pluginPackage(
          `stranger/node_modules/${name}`,
          { name, main: 'index.js' },
          `globalThis.strangerRan = true;\n${pluginSource(kind, plugin)}`,
        ),
      ),
    ),
    'stranger/evil.json': { metric: 'evil', seed: 'x' },
    'stranger/plain.json': CONFIG,
  });
  const error = await failure(loadConfig({ cwd: mine, file: '../stranger/evil.json', pluginProblems }));
  expect(error.format()).toContain('metric "evil" (metric) was not found');
  const loaded = await loadConfig({ cwd: mine, file: '../stranger/plain.json' });
  await search(loaded, { makeExecutor, out: join(mine, 'run') });
  expect(ran()).toBe(false);
  const allowed = await loadConfig({ cwd: mine, file: '../stranger/plain.json', allowCode: true });
  // They come to nothing, but they run.
  await expect(search(allowed, { makeExecutor, out: join(mine, 'other') })).rejects.toThrow();
  expect(ran()).toBe(true);
});

test('a plugin makes no path of what a file does not name as one', async () => {
  const composite = `import { z } from 'zod';
export const plugin = { kind: 'metric', name: 'composite', summary: 'For tests', parts: { option: 'of', own: [] },
  options: z.object({ of: z.array(z.string().transform((use) => ({ use }))) }), create: () => ({ name: 'it' }) };
`;
  const { mine, stranger } = await neighbours(
    pluginPackage('mine/node_modules/auto-seg-loss-metric-composite', { main: 'index.js' }, composite),
  );
  const place = {
    kind: 'metric',
    use: { use: 'composite', of: [join(stranger, 'evil.mjs')] },
    where: 'metric',
  } as const;
  const error = await failure(checkPlugin(place, mine));
  expect(error.code).toBe('ASL_PLUGIN_INVALID');
  expect(ran()).toBe(false);
});

test('a stranger’s run is neither gone on with nor measured where it names code', async () => {
  const { mine, stranger, root } = await neighbours();
  // A run as its owner has it.
  const config = { ...CONFIG, metric: './evil.mjs' };
  await writeFile(join(stranger, 'asl.config.json'), JSON.stringify(config));
  const loaded = await loadConfig({ cwd: stranger });
  await search(loaded, { makeExecutor, out: join(stranger, 'run') });
  // Another folder: the module was loaded already.
  await rename(stranger, join(root, 'given'));
  await writeFile(join(root, 'given/evil.mjs'), `// again\n${SOURCE}`);
  delete (globalThis as { strangerRan?: true }).strangerRan;
  const cwd = process.cwd();
  process.chdir(mine);
  try {
    await refused(resumeSearch('../given/run', { makeExecutor }));
    const learning = { ...CONFIG, metric: 'miou', prior: ['../given/run'] };
    await writeFile(join(mine, 'asl.config.json'), JSON.stringify(learning));
    await refused(search(await loadConfig({ cwd: mine }), { makeExecutor }));
    await refused(fidelity('../given/run', { makeExecutor }));
    // It is another file than that which the run was begun with.
    await resumeSearch('../given/run', { makeExecutor, allowCode: true, acceptChange: true });
    expect(ran()).toBe(true);
  } finally {
    process.chdir(cwd);
  }
});

describe('names of packages', () => {
  test.each([
    '@auto-seg-loss/../../../stranger/evil.mjs',
    'anything/../../../stranger/evil.mjs',
    'pkg/../../../stranger/evil.mjs',
    'pkg/./index.js',
    '@acme/../pkg',
    'file:///tmp/evil.mjs',
    'data:text/javascript,1',
    'node:fs',
    'a\0b',
    'x'.repeat(300),
    'pkg\\..\\..\\stranger',
    '@',
    '@/x',
    '..pkg',
    '.pkg',
  ])('%j leads out of no package', async (use) => {
    const { mine } = await neighbours(pluginPackage('mine/node_modules/pkg', { main: 'index.js' }, SOURCE));
    const error = await failure(loadPlugin('metric', use, mine, 'metric'));
    expect(error.code).toBe('ASL_PLUGIN_NOT_FOUND');
    expect(ran()).toBe(false);
  });

  test.each([
    ['main', { main: '../../../stranger/evil.mjs' }],
    ['exports', { exports: '../../../stranger/evil.mjs' }],
    ['exports', { exports: './../../../stranger/evil.mjs' }],
    ['a link', { main: 'linked.mjs' }],
  ])('%s of a package leads out of it', async (_, manifest) => {
    const { mine, stranger } = await neighbours(
      pluginPackage('mine/node_modules/auto-seg-loss-metric-out', manifest, SOURCE),
    );
    await symlink(join(stranger, 'evil.mjs'), join(mine, 'node_modules/auto-seg-loss-metric-out/linked.mjs'));
    expect((await failure(loadPlugin('metric', 'out', mine, 'metric'))).code).toBe('ASL_PLUGIN_NOT_FOUND');
    expect(ran()).toBe(false);
  });
});

describe('packages that somebody else could have put there', () => {
  const NAME = 'auto-seg-loss-metric-evil';
  const planted = () => neighbours(pluginPackage(`node_modules/${NAME}`, { name: NAME, main: 'index.js' }, SOURCE));

  async function unused(mine: string, reason: string): Promise<void> {
    const error = await failure(loadPlugin('metric', 'evil', mine, 'metric'));
    expect(error.code).toBe('ASL_PLUGIN_NOT_FOUND');
    expect(error.details.received).toContain(reason);
    expect((await installedPlugins(mine)).map(({ name }) => name)).not.toContain('evil');
    const { plugins, broken } = await listPlugins(mine);
    expect([...plugins, ...broken].map((each) => each.package)).not.toContain(NAME);
    expect(ran()).toBe(false);
  }

  test('a folder node_modules that all may write', async () => {
    const { root, mine } = await planted();
    await chmod(join(root, 'node_modules'), 0o777);
    await unused(mine, 'every user may write it');
    await chmod(join(root, 'node_modules'), 0o755);
    expect((await loadPlugin('metric', 'evil', mine, 'metric')).plugin.name).toBe('mine');
  });

  test('a package that all may write, behind a link', async () => {
    const { root, mine } = await planted();
    await rename(join(root, 'node_modules', NAME), join(root, 'elsewhere'));
    await symlink(join(root, 'elsewhere'), join(root, 'node_modules', NAME));
    await chmod(join(root, 'elsewhere'), 0o777);
    await unused(mine, 'every user may write it');
  });

  test.skipIf(!isRoot)('a folder node_modules of another user above', async () => {
    const { root, mine } = await planted();
    await chown(join(root, 'node_modules'), STRANGER, STRANGER);
    await unused(mine, 'it belongs to another user');
  });

  test('do not stand in the way of those that are installed', async () => {
    const name = '@auto-seg-loss/metric-miou';
    const { root, mine } = await neighbours(
      pluginPackage(`node_modules/${name}`, { name, main: 'index.js' }, `globalThis.strangerRan = true;\n${SOURCE}`),
    );
    await chmod(join(root, 'node_modules'), 0o777);
    expect((await loadPlugin('metric', 'miou', mine, 'metric')).plugin.name).toBe('miou');
    expect(ran()).toBe(false);
  });
});

describe('a package.json that is none', () => {
  test.each(['', '[]', 'null', '"x"', '{', '{"main": 3}', '{"keywords": 3, "exports": 7}'])('%j', async (text) => {
    const root = await makeProject({ 'plugin/package.json': text });
    const error = await failure(loadPlugin('metric', './plugin', root, 'metric'));
    expect(error.code).toMatch(/^ASL_PLUGIN_(INVALID|NOT_FOUND)$/);
  });
});

test('the way of the tutorial needs no flag', async () => {
  const root = await makeProject({
    'package.json': {},
    ...pluginPackage('metric-f2', { name: 'metric-f2', main: 'index.js' }, SOURCE),
    'metric-f2/search.json': { ...CONFIG, metric: './' },
  });
  const out = join(root, 'runs/f2');
  const before = process.cwd();
  process.chdir(root);
  onTestFinished(() => process.chdir(before));
  const { found, needsAllowCode } = await search(await loadConfig({ cwd: root, file: 'metric-f2/search.json' }), {
    makeExecutor,
    out,
  });
  expect([found?.loss.terms.map((term) => 'curves' in term && term.metric.use), needsAllowCode]).toEqual([
    ['../../metric-f2'],
    false,
  ]);
  for (const [cwd, path] of [
    [root, 'runs/f2/loss.json'],
    [join(root, 'metric-f2'), '../runs/f2/loss.json'],
  ] as const)
    expect((await openSearchedLoss(path, { cwd, context: pluginContext(cwd) })).metric.name).toBe('mine');
  await refusedCode(openSearchedLoss(join(out, 'loss.json'), { cwd: join(root, '..'), context: pluginContext(root) }));
  // Elsewhere, what is proposed has the flag.
  const elsewhere = join(await makeProject(), 'run');
  const config = await loadConfig({ cwd: root, file: 'metric-f2/search.json' });
  expect((await search(config, { makeExecutor, out: elsewhere })).needsAllowCode).toBe(true);
});
