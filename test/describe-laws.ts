import { readdirSync } from 'node:fs';
import {
  type Metric,
  PLUGIN_KINDS,
  type Plugin,
  type PluginKind,
  type SearcherFactory,
  weightedMetric,
} from '@auto-seg-loss/kernel';
import { type LawsOptions, lawsOf } from '@auto-seg-loss/testing';
import { beforeAll, describe, expect, test } from 'vitest';
import { type EngineName, open } from '../packages/engine/test/engines.ts';
import { allMetrics } from '../packages/formula/test/metrics.ts';
import { SequenceSearcher } from '../plugins/searcher-sequence/src/index.ts';

const names = readdirSync(new URL('../plugins', import.meta.url)).sort();
const WITHOUT_TENSORS = ['constraint', 'searcher', 'dataset', 'executor', 'decoder', 'report-metric'];
/** Their own tests try the laws on folders that they make. */
const NEEDING_FILES = ['dataset-folder', 'dataset-voc', 'dataset-cityscapes', 'dataset-nnunet'];
/** Fixed, so that a failure is that of the change that is tested. `asl verify` draws another one each time. */
const SEED = 1;
const NOWHERE = { baseDir: '', cacheDir: '' };

const plugins = await Promise.all(
  names.map(async (name) => {
    const module = (await import(`../plugins/${name}/src/index.ts`)) as { readonly plugin: Plugin<PluginKind> };
    return { name, plugin: module.plugin };
  }),
);

/** Plugins that are made of others cannot make them themselves. */
function makeOf(name: string): LawsOptions {
  if (name === 'metric-weighted') {
    const metrics = allMetrics({ tolerance: 2, background: true });
    const parts = ['miou', 'bf1'].map((part, index) => {
      return { metric: metrics.find((metric) => metric.name === part) as Metric, weight: 1 - index / 2 };
    });
    return { make: () => weightedMetric('weighted', parts) };
  }
  if (name === 'searcher-sequence') {
    const factories = ['searcher-cma-es', 'searcher-ppo'].map((part) => {
      const { plugin } = plugins.find((found) => found.name === part) as (typeof plugins)[number];
      return plugin.create(plugin.options.parse({ rounds: 4, samples: 8 }) as never, NOWHERE) as SearcherFactory;
    });
    const made: SearcherFactory = { name, create: (space, random) => new SequenceSearcher(factories, space, random) };
    return { make: () => made };
  }
  // An encoder of a few million weights, and narrow heads; `asl verify` tries the others.
  if (name === 'network-deeplabv3plus') {
    return { options: { backbone: 'mobilenet-v2', pyramidChannels: 8, decoderChannels: 8 } };
  }
  if (name === 'network-pspnet') return { options: { backbone: 'efficientnet-lite0', pooledChannels: 8, channels: 8 } };
  return {};
}

/** Every plugin of this repository against the laws of its kind: those that compute on tensors on the engine, or the others. */
export async function describeLaws(engine?: EngineName): Promise<void> {
  test('there are plugins of every kind', () => {
    expect(new Set(plugins.map(({ plugin }) => plugin.kind)).size).toBe(PLUGIN_KINDS.length);
  });

  for (const { name, plugin } of plugins) {
    if (WITHOUT_TENSORS.includes(plugin.kind) !== (engine === undefined)) continue;
    const found = await lawsOf(plugin, makeOf(name));
    describe(name, () => {
      if ('untried' in found) {
        test('has options without a default', () => expect(NEEDING_FILES).toContain(name));
        return;
      }
      beforeAll(async () => {
        if (engine !== undefined) await open(engine);
      });
      for (const law of found.laws.filter(({ skipped }) => skipped === undefined)) {
        test(`${law.name}: ${law.statement}`, () => law.assert({ seed: SEED }));
      }
    });
  }
}
