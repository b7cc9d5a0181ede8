import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { failure, makeProject, pluginPackage, pluginSource } from '../../runtime/test/project.ts';
import { listPlugins } from '../src/list-plugins.ts';
import { loadPlugin } from '../src/load-plugin.ts';
import type { OptionInfo } from '../src/option-info.ts';

describe('finding a plugin', () => {
  test('a bare name is a package of ours, wherever the config lies', async () => {
    const { plugin, location } = await loadPlugin('metric', 'miou', await makeProject(), 'metric');
    expect(plugin.name).toBe('miou');
    expect(location.package?.manifest.name).toBe('@auto-seg-loss/metric-miou');
  });

  test('then a package of others, in the project', async () => {
    const baseDir = await makeProject(
      pluginPackage(
        'node_modules/auto-seg-loss-metric-mine',
        { name: 'auto-seg-loss-metric-mine' },
        pluginSource('metric', 'mine'),
      ),
    );
    const { location } = await loadPlugin('metric', 'mine', join(baseDir, 'deeper'), 'metric');
    expect(location.file).toContain('auto-seg-loss-metric-mine');
  });

  test('full package names, subpaths and packages by their exports', async () => {
    const exports = { '.': { import: './index.js' }, './other': './other.js' };
    const baseDir = await makeProject({
      ...pluginPackage(
        'node_modules/@acme/metrics',
        { name: '@acme/metrics', exports },
        pluginSource('metric', 'acme'),
      ),
      'node_modules/@acme/metrics/other.js': pluginSource('metric', 'other'),
    });
    expect((await loadPlugin('metric', '@acme/metrics', baseDir, 'metric')).plugin.name).toBe('acme');
    expect((await loadPlugin('metric', '@acme/metrics/other', baseDir, 'metric')).plugin.name).toBe('other');
    expect((await failure(loadPlugin('metric', '@acme/metrics/hidden', baseDir, 'metric'))).code).toBe(
      'ASL_PLUGIN_NOT_FOUND',
    );
  });

  test('paths start at the folder of the config: a file, or a folder with package.json', async () => {
    const baseDir = await makeProject({
      'mine.mjs': pluginSource('metric', 'file'),
      ...pluginPackage('folder', { name: 'folder', main: 'index.js' }, pluginSource('metric', 'folder')),
      'empty/readme.txt': '',
    });
    expect((await loadPlugin('metric', './mine.mjs', baseDir, 'metric')).plugin.name).toBe('file');
    expect((await loadPlugin('metric', './folder', baseDir, 'metric')).plugin.name).toBe('folder');
    expect((await loadPlugin('metric', '../mine.mjs', join(baseDir, 'folder'), 'metric')).plugin.name).toBe('file');
    for (const path of ['./gone.mjs', './empty']) {
      const error = await failure(loadPlugin('metric', path, baseDir, 'report.metrics[0]'));
      expect(error.code).toBe('ASL_PLUGIN_NOT_FOUND');
      expect(error.format()).toContain(`metric "${path}" (report.metrics[0])`);
      expect(error.format()).toContain(baseDir);
    }
  });

  test('a bare name never runs a package that is no plugin', async () => {
    const baseDir = await makeProject({
      'node_modules/danger/package.json': { name: 'danger', version: '1.0.0', main: 'index.js' },
      'node_modules/danger/index.js': 'globalThis.dangerRan = true;',
    });
    expect((await failure(loadPlugin('metric', 'danger', baseDir, 'metric'))).code).toBe('ASL_PLUGIN_NOT_FOUND');
    expect(globalThis).not.toHaveProperty('dangerRan');
  });

  test('an unknown name: the nearest, and what is installed', async () => {
    const error = await failure(loadPlugin('metric', 'mIuo', await makeProject(), 'metric'));
    expect(error.code).toBe('ASL_PLUGIN_NOT_FOUND');
    expect(error.message).toBe('metric "mIuo" (metric) was not found');
    expect(error.details.remedy).toBe('Did you mean "miou"?');
    expect(error.details.expected).toMatch(/installed: .*miou/);
  });

  test('a name of another kind says so', async () => {
    const error = await failure(loadPlugin('metric', 'bezier', await makeProject(), 'metric'));
    expect(error.details.remedy).toBe('"bezier" is a surrogate.');
  });
});

describe('what is no plugin', () => {
  test.each([
    ['export const metric = 1; export default 2;', 'the exports '],
    ['', 'a module without exports'],
    [pluginSource('metrics', 'x'), 'kind "metrics"'],
    [pluginSource('metric', 'x', '({ parse: () => ({}) })'), 'no schema of zod 4'],
    ['export const plugin = { kind: "metric" };', 'without name'],
    ['import "./nowhere.js";', 'nowhere.js'],
    ['this is no JavaScript', 'rror'],
  ])('%j', async (source, received) => {
    const baseDir = await makeProject({ 'plugin.mjs': source });
    const error = await failure(loadPlugin('metric', './plugin.mjs', baseDir, 'metric'));
    expect(error.code).toBe('ASL_PLUGIN_INVALID');
    expect(error.details.received).toContain(received);
    expect(error.details.where).toContain('metric: ');
  });

  test('one of another kind names the kind it is', async () => {
    const baseDir = await makeProject({ 'plugin.mjs': pluginSource('surrogate', 'spline') });
    const error = await failure(loadPlugin('metric', './plugin.mjs', baseDir, 'metric'));
    expect(error.code).toBe('ASL_PLUGIN_INVALID');
    expect(error.details.received).toBe('the surrogate "spline"');
  });
});

describe('listing', () => {
  test('options are shown whole: what is inside of objects, alternatives and lists', async () => {
    const options = `z.strictObject({
      where: z.strictObject({ list: z.string().describe('A file.'), deep: z.strictObject({ one: z.int().default(1) }) }).exactOptional(),
      either: z.union([z.null(), z.strictObject({ keep: z.number() })]),
      parts: z.array(z.strictObject({ weight: z.number().gt(0) })),
      map: z.record(z.string(), z.union([z.int(), z.string()])),
    })`;
    const baseDir = await makeProject(
      pluginPackage(
        'node_modules/auto-seg-loss-searcher-mine',
        { name: 'auto-seg-loss-searcher-mine' },
        pluginSource('searcher', 'mine', options),
      ),
    );
    const { plugins } = await listPlugins(baseDir);
    const one = { name: 'one', type: 'a whole number', default: 1, required: false };
    expect(plugins.find(({ name }) => name === 'mine')?.options).toEqual([
      {
        name: 'where',
        type: 'an object with "list", "deep"',
        required: false,
        options: [
          { name: 'list', type: 'text', description: 'A file.', required: true },
          { name: 'deep', type: 'an object', required: true, options: [one] },
        ],
      },
      {
        name: 'either',
        type: 'null, or an object with "keep"',
        required: true,
        options: [{ name: 'keep', type: 'a number', required: true }],
      },
      {
        name: 'parts',
        type: 'a list, each an object with "weight"',
        required: true,
        options: [{ name: 'weight', type: 'a number above 0', required: true }],
      },
      { name: 'map', type: 'an object, each a whole number, or text', required: true },
    ]);
  });

  test('every option of ours is described, also those inside of others', async () => {
    const undescribed = (options: readonly OptionInfo[], path: string): string[] =>
      options.flatMap(({ name, description, options: within = [] }) => [
        ...(description === undefined ? [`${path} ${name}`] : []),
        ...undescribed(within, `${path} ${name}`),
      ]);
    const { plugins } = await listPlugins(await makeProject());
    expect(plugins.flatMap(({ kind, name, options }) => undescribed(options, `${kind} ${name}`))).toEqual([]);
  });

  test('ours and those of the project, with their options; broken ones apart', async () => {
    const options =
      'z.strictObject({ rounds: z.int().min(1).max(9).default(4).describe("How many."), root: z.string() })';
    const baseDir = await makeProject({
      ...pluginPackage(
        'node_modules/auto-seg-loss-searcher-mine',
        { name: 'auto-seg-loss-searcher-mine' },
        pluginSource('searcher', 'mine', options),
      ),
      ...pluginPackage(
        'node_modules/auto-seg-loss-metric-broken',
        { name: 'auto-seg-loss-metric-broken' },
        'throw new Error("no");',
      ),
      'node_modules/unrelated/package.json': { name: 'unrelated', version: '1.0.0' },
    });
    const { plugins, broken } = await listPlugins(baseDir);
    expect(plugins.find(({ name }) => name === 'mine')).toEqual({
      kind: 'searcher',
      name: 'mine',
      summary: 'For tests',
      package: 'auto-seg-loss-searcher-mine',
      version: '1.2.3',
      options: [
        { name: 'rounds', type: 'a whole number from 1 to 9', default: 4, description: 'How many.', required: false },
        { name: 'root', type: 'text', required: true },
      ],
    });
    expect(plugins.map(({ name }) => name)).toContain('miou');
    expect(plugins.map((each) => each.package)).not.toContain('unrelated');
    expect(broken).toContainEqual({
      package: 'auto-seg-loss-metric-broken',
      version: '1.2.3',
      problem: expect.stringContaining('ASL_PLUGIN_INVALID') as string,
    });
  });
});
