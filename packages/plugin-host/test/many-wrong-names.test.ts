import type { RunConfig } from '@auto-seg-loss/config';
import { afterEach, expect, test, vi } from 'vitest';
import { failure, makeProject } from '../../runtime/test/project.ts';
import { installedPlugins } from '../src/installed-plugins.ts';
import { loadPluginSet, pluginProblems } from '../src/plugin-set.ts';

vi.mock('../src/installed-plugins.ts', async (original) => {
  const module = await original<typeof import('../src/installed-plugins.ts')>();
  return { ...module, installedPlugins: vi.fn(module.installedPlugins) };
});

afterEach(() => vi.mocked(installedPlugins).mockClear());

test('a config with many wrong names has what is installed listed once', async () => {
  const config = {
    metric: { use: 'miou' },
    formula: null,
    surrogate: { use: 'linear' },
    constraints: Array.from({ length: 30 }, (_, index) => ({ use: `none-${index}` })),
    searcher: { use: 'random' },
    dataset: { use: 'scenes' },
    network: { use: 'deeplab-lite' },
    executor: { use: 'processes' },
    proxy: { network: null },
    guards: [],
    decode: [{ use: 'argmax' }],
    report: { metrics: [] },
    mix: [],
    searchSpace: null,
  };
  const error = await failure(loadPluginSet(config as unknown as RunConfig, await makeProject()));
  expect(error.code).toBe('ASL_PLUGIN_NOT_FOUND');
  expect(error.details.problems).toHaveLength(30);
  expect(installedPlugins).toHaveBeenCalledTimes(1);
});

test('and so where a config is read', async () => {
  const places = Array.from({ length: 30 }, (_, index) => ({
    kind: 'constraint',
    use: { use: `none-${index}` },
    where: `constraints[${index}]`,
  }));
  expect(await pluginProblems(places, await makeProject())).toHaveLength(30);
  expect(installedPlugins).toHaveBeenCalledTimes(1);
});
