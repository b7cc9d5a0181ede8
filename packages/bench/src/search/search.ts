import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { type LoadedConfig, loadConfig } from '@auto-seg-loss/config';
import {
  assembleRun,
  meanRewardOf,
  measureCandidates,
  pluginContext,
  resumeSearch,
  search,
} from '@auto-seg-loss/runtime';
import { isBegun, TrialStore } from '@auto-seg-loss/study';
import { warnIfBusy } from '../report.ts';
import { BASELINE, CONTENDERS, type Contender, METRICS, TASK } from './search-settings.ts';
import { costTable, equalCostTable, type Measured, percent, thousands } from './tables.ts';
import { standings } from './trace.ts';

const DATA = 'docs/examples/camvid-miou.json';

/**
 * Images that networks are trained on until what a search would name is as good as what PPO as published names at its end:
 * re-evaluated in rounds that no search has seen. Everything is kept in the folder `--out`: what was interrupted goes on.
 */
export async function benchSearch(args: readonly string[], write: (line: string) => void): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      metric: { type: 'string', default: 'miou' },
      seeds: { type: 'string', default: '5' },
      repeats: { type: 'string', default: '5' },
      only: { type: 'string' },
      out: { type: 'string', default: 'runs/bench-search' },
    },
  });
  const metric = METRICS[values.metric];
  if (metric === undefined) throw new Error(`--metric is one of ${Object.keys(METRICS).join(', ')}`);
  const only = values.only?.split(',');
  const unknown = only?.filter((name) => !CONTENDERS.some((contender) => contender.name === name)) ?? [];
  if (unknown.length > 0) {
    const known = CONTENDERS.map(({ name }) => name).join(', ');
    throw new Error(`--only: there is no ${unknown.join(', ')}; there are ${known}`);
  }
  const contenders = CONTENDERS.filter(({ name }) => name === BASELINE.name || (only?.includes(name) ?? true));
  const seeds = Array.from({ length: Number(values.seeds) }, (_, index) => index + 1);
  write(
    `Images until ${values.metric} is what PPO as published reaches; ${seeds.length} seeds, ${values.repeats} fresh rounds each`,
  );
  warnIfBusy(write);
  const measured = new Map<string, Measured[]>();
  for (const seed of seeds) {
    for (const contender of contenders) {
      const folder = resolve(values.out, values.metric, `seed-${seed}`, contender.name.replaceAll(/[^a-z0-9]+/g, '-'));
      const one = await measure(await configOf(contender, metric, seed), folder, Number(values.repeats));
      measured.set(contender.name, [...(measured.get(contender.name) ?? []), one]);
      const last = one.points.at(-1);
      write(`  seed ${seed}, ${contender.name}: ${percent(last?.reward ?? 0)} after ${thousands(one.images)} images`);
    }
  }
  for (const line of [...costTable(measured), '', ...equalCostTable(measured)]) write(line);
}

async function configOf({ config }: Contender, metric: unknown, seed: number): Promise<LoadedConfig> {
  const set = Object.entries({ ...TASK, ...config, metric, seed, 'report.metrics': [] });
  return loadConfig({
    cwd: process.cwd(),
    file: DATA,
    set: set.map(([path, value]) => `${path}=${JSON.stringify(value)}`),
  });
}

async function measure(loaded: LoadedConfig, folder: string, repeats: number): Promise<Measured> {
  const { config } = await (isBegun(folder) ? resumeSearch(folder) : search(loaded, { out: folder }));
  const run = await assembleRun(config, pluginContext(loaded.baseDir, loaded));
  const store = TrialStore.read(folder);
  const factory = await run.plugins.searcher.make(run.context);
  const perTrial = config.proxy.iterations * config.proxy.batchSize;
  const all = standings(store, factory, await run.space, perTrial);
  store.close();
  await run.dispose();
  const candidates = unique(all.map(({ theta }) => theta));
  const trials = await measureCandidates(loaded, { folder: join(folder, 'measured'), candidates, repeats });
  const rewards = (trials ?? []).map(meanRewardOf);
  return {
    points: all.map(({ theta, images }) => ({ images, reward: rewards[indexOf(candidates, theta)] as number })),
    images: all.at(-1)?.images ?? 0,
  };
}

function unique(thetas: readonly (readonly number[])[]): readonly (readonly number[])[] {
  return thetas.filter((theta, index) => indexOf(thetas, theta) === index);
}

function indexOf(thetas: readonly (readonly number[])[], theta: readonly number[]): number {
  return thetas.findIndex((other) => other.every((value, axis) => value === theta[axis]));
}
