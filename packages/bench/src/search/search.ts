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
import { row, warnIfBusy } from '../report.ts';
import { BASELINE, CONTENDERS, type Contender, METRICS, TASK } from './search-settings.ts';
import { standings } from './trace.ts';

const DATA = 'docs/examples/camvid-miou.json';
const COLUMNS = [32, 14, 14, 14, 12, 10];

/** A search with what it would have named after each of its rounds, and what that is worth. */
interface Measured {
  readonly points: readonly { readonly images: number; readonly reward: number }[];
  readonly images: number;
}

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
  const targets = (measured.get(BASELINE.name) ?? []).map(({ points }) => points.at(-1)?.reward ?? 0);
  const baseline = median((measured.get(BASELINE.name) ?? []).map(({ images }) => images));
  write(row(['searcher', 'median images', 'of PPO’s', 'reached', 'at its end', 'images'], COLUMNS));
  for (const [name, runs] of measured) {
    const costs = runs.map(({ points }, index) => {
      return points.find(({ reward }) => reward >= (targets[index] as number))?.images ?? Number.POSITIVE_INFINITY;
    });
    const cost = median(costs);
    const ends = runs.map(({ points }) => points.at(-1)?.reward ?? 0);
    write(
      row(
        [
          name,
          Number.isFinite(cost) ? thousands(cost) : 'not reached',
          Number.isFinite(cost) ? (cost / baseline).toFixed(2) : '',
          `${costs.filter(Number.isFinite).length} of ${runs.length}`,
          percent(ends.reduce((sum, end) => sum + end, 0) / ends.length),
          thousands(median(runs.map(({ images }) => images))),
        ],
        COLUMNS,
      ),
    );
  }
  write('');
  write('At equal cost: what a search would have named after a share of PPO’s images, mean ± deviation over the seeds');
  write(row(['searcher', ...SHARES.map((share) => `${100 * share} %`)], EQUAL_COLUMNS));
  for (const [name, runs] of measured) {
    const cells = SHARES.map((share) => {
      const rewards = runs.flatMap(({ points }, index) => {
        const budget = share * (measured.get(BASELINE.name)?.[index]?.images ?? 0);
        return points.findLast(({ images }) => images <= budget)?.reward ?? [];
      });
      return rewards.length < runs.length ? 'no round yet' : spread(rewards);
    });
    write(row([name, ...cells], EQUAL_COLUMNS));
  }
}

/** A search that has ended stays where it ended. */
const SHARES = [0.05, 0.1, 0.2, 0.4, 1];
const EQUAL_COLUMNS = [32, ...SHARES.map(() => 15)];

function spread(rewards: readonly number[]): string {
  const mean = rewards.reduce((sum, reward) => sum + reward, 0) / rewards.length;
  const squares = rewards.reduce((sum, reward) => sum + (reward - mean) ** 2, 0);
  const deviation = rewards.length < 2 ? '' : ` ± ${(100 * Math.sqrt(squares / (rewards.length - 1))).toFixed(2)}`;
  return `${(100 * mean).toFixed(2)}${deviation}`;
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
  const run = await assembleRun(config, pluginContext(loaded.baseDir));
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

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor((values.length - 1) / 2)] ?? Number.NaN;
}

const percent = (value: number): string => `${(100 * value).toFixed(2)} %`;
const thousands = (value: number): string => `${Math.round(value / 1000)} k`;
