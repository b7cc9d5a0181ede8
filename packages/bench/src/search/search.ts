import { existsSync, readFileSync } from 'node:fs';
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
  type TakenPrior,
  withPrior,
  writeFile,
} from '@auto-seg-loss/runtime';
import { isBegun, TrialStore } from '@auto-seg-loss/study';
import { warnIfBusy } from '../report.ts';
import { searchPriors } from './priors.ts';
import { BASELINE, CONTENDERS, type Contender, METRICS, TASK } from './search-settings.ts';
import { costTable, equalCostTable, type Measured, percent, thousands } from './tables.ts';
import { standings } from './trace.ts';

const DATA = 'docs/examples/camvid-miou.json';

/**
 * Images that networks are trained on until what a search would name is as good as what PPO as published names at its end:
 * re-evaluated in rounds that no search has seen. Everything is kept in the folder `--out`: what was interrupted goes on, what
 * is there is not run again, and `--kept` shows the tables of it.
 */
export async function benchSearch(args: readonly string[], write: (line: string) => void): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      metric: { type: 'string', default: 'miou' },
      seeds: { type: 'string', default: '5' },
      repeats: { type: 'string', default: '5' },
      only: { type: 'string' },
      kept: { type: 'boolean', default: false },
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
  const contenders = CONTENDERS.filter(({ name }) => only?.includes(name) ?? true);
  const seeds = Array.from({ length: Number(values.seeds) }, (_, index) => index + 1);
  const repeats = Number(values.repeats);
  write(
    `Images until ${values.metric} is what PPO as published reaches; ${seeds.length} seeds, ${values.repeats} fresh rounds each`,
  );
  if (!values.kept) warnIfBusy(write);
  const place = resolve(values.out, values.metric);
  const priors =
    values.kept || !contenders.some(({ hasPrior }) => hasPrior) ? [] : await searchPriors(place, metric, write);
  const measured = new Map<string, Measured[]>();
  for (const seed of seeds) {
    for (const contender of contenders) {
      const folder = folderOf(place, seed, contender);
      const config = (): Promise<LoadedConfig> => configOf(contender, metric, seed, priors);
      const one =
        keptOf(folder, repeats) ?? (values.kept ? undefined : await measure(await config(), folder, repeats, seed));
      if (one === undefined) continue;
      measured.set(contender.name, [...(measured.get(contender.name) ?? []), one]);
      const last = one.points.at(-1);
      write(`  seed ${seed}, ${contender.name}: ${percent(last?.reward ?? 0)} after ${thousands(one.images)} images`);
    }
  }
  // What is compared with, as far as it is there.
  const baseline =
    measured.get(BASELINE.name) ?? seeds.flatMap((seed) => keptOf(folderOf(place, seed, BASELINE), repeats) ?? []);
  const results = new Map([...(baseline.length === 0 ? [] : [[BASELINE.name, baseline] as const]), ...measured]);
  for (const line of [...costTable(results), '', ...equalCostTable(results)]) write(line);
}

function folderOf(place: string, seed: number, { name }: Contender): string {
  return join(place, `seed-${seed}`, name.replaceAll(/[^a-z0-9]+/g, '-'));
}

async function configOf(
  { config, hasPrior }: Contender,
  metric: unknown,
  seed: number,
  priors: readonly string[],
): Promise<LoadedConfig> {
  const prior = hasPrior === true ? { prior: priors } : {};
  const set = Object.entries({ ...TASK, ...config, ...prior, metric, seed, 'report.metrics': [] });
  return loadConfig({
    cwd: process.cwd(),
    file: DATA,
    set: set.map(([path, value]) => `${path}=${JSON.stringify(value)}`),
  });
}

/** What was measured of a search, in its folder. */
function resultFile(folder: string): string {
  return join(folder, 'bench.json');
}

function keptOf(folder: string, repeats: number): Measured | undefined {
  const file = resultFile(folder);
  if (!existsSync(file)) return undefined;
  const kept = JSON.parse(readFileSync(file, 'utf8')) as Measured & { readonly repeats: number };
  return kept.repeats === repeats ? kept : undefined;
}

async function measure(loaded: LoadedConfig, folder: string, repeats: number, seed: number): Promise<Measured> {
  const { config } = await (isBegun(folder) ? resumeSearch(folder) : search(loaded, { out: folder }));
  const store = TrialStore.read(folder);
  const { prior = [] } = store.meta.config as { readonly prior?: readonly TakenPrior[] };
  const run = await assembleRun(config, pluginContext(loaded.baseDir, loaded), prior);
  const factory = await run.plugins.searcher.make(run.context);
  const perTrial = config.proxy.iterations * config.proxy.batchSize;
  const all = standings(store, factory, withPrior(await run.space, prior), perTrial);
  store.close();
  await run.dispose();
  const candidates = unique(all.map(({ theta }) => theta));
  const trials = await measureCandidates(loaded, { folder: join(folder, 'measured'), candidates, repeats });
  const rewards = (trials ?? []).map(meanRewardOf);
  const measured: Measured = {
    seed,
    points: all.map(({ theta, images }) => ({ images, reward: rewards[indexOf(candidates, theta)] as number })),
    images: all.at(-1)?.images ?? 0,
  };
  await writeFile(resultFile(folder), `${JSON.stringify({ repeats, ...measured }, null, 2)}\n`);
  return measured;
}

function unique(thetas: readonly (readonly number[])[]): readonly (readonly number[])[] {
  return thetas.filter((theta, index) => indexOf(thetas, theta) === index);
}

function indexOf(thetas: readonly (readonly number[])[], theta: readonly number[]): number {
  return thetas.findIndex((other) => other.every((value, axis) => value === theta[axis]));
}
