import { loadConfig } from '@auto-seg-loss/config';
import { type PluginUse, Random, type SearcherFactory, type SearchSpace } from '@auto-seg-loss/kernel';
import { assembleRun, pluginContext } from '@auto-seg-loss/runtime';
import { hypervolume, type ScoreVector } from '@auto-seg-loss/study';
import { row } from '../report.ts';
import { TELLINGS, type Telling } from './told.ts';

const DIMENSIONS = 9;
/** Of the scores that metrics reach at their best; in the simulation nobody is ever above them. */
const HIGHEST = [0.42, 0.45, 0.8];
const DEPTHS = [0.5, 0.6, 0.2];
/** Standard deviation of a score, by luck of its own and once more by that of its round. */
const NOISE = 0.006;

const SEARCHERS: readonly PluginUse[] = [
  { use: 'cma-es', rounds: 24, samples: 6, preselection: 10 },
  { use: 'cma-es', rounds: 12, samples: 12 },
  { use: 'ppo', rounds: 12, samples: 12 },
  { use: 'random', rounds: 12, samples: 12 },
];

/** Metrics of θ, each of which wants another place of the cube. @param steep how soon what is off costs all. */
function problem(metrics: number, steep: number, random: Random): (theta: readonly number[]) => ScoreVector {
  const each = Array.from({ length: metrics }, () => ({
    best: Array.from({ length: DIMENSIONS }, () => 0.15 + 0.7 * random.uniform()),
    scales: Array.from({ length: DIMENSIONS }, () => 0.3 + 1.4 * random.uniform()),
  }));
  return (theta) =>
    each.map(({ best, scales }, metric) => {
      const off = theta.reduce((sum, value, axis) => sum + (scales[axis] ?? 1) * (value - (best[axis] ?? 0)) ** 2, 0);
      return (HIGHEST[metric] ?? 0) * (1 - (DEPTHS[metric] ?? 0) * Math.tanh((steep * off) / DIMENSIONS));
    });
}

/** The hypervolume of all that was tried, without noise, as a share of what the highest scores would have. */
function volumeOf(factory: SearcherFactory, telling: Telling, metrics: number, steep: number, seed: number): number {
  const random = Random.fromSeed(seed);
  const trueScores = problem(metrics, steep, random.split('problem'));
  const noise = random.split('noise');
  const space: SearchSpace = { dimensions: DIMENSIONS, start: Array(DIMENSIONS).fill(0.5) };
  const searcher = factory.create(space, random.split('searcher'));
  const tried: { readonly theta: readonly number[]; readonly scores: ScoreVector; readonly seen: ScoreVector }[] = [];
  for (let round = 0; round < searcher.rounds; round++) {
    const luck = Array.from({ length: metrics }, () => NOISE * noise.normal());
    const first = tried.length;
    for (const { theta } of searcher.ask()) {
      const scores = trueScores(theta);
      const seen = scores.map((score, axis) =>
        Math.min(1, Math.max(0, score + (luck[axis] ?? 0) + NOISE * noise.normal())),
      );
      tried.push({ theta, scores, seen });
    }
    const rewards = telling.judge(
      tried.map(({ seen }) => seen),
      round,
    );
    const results = tried.map(({ theta }, index) => ({
      theta,
      status: 'complete' as const,
      reward: rewards[index] ?? 0,
    }));
    if (telling.anew) searcher.tell(results.slice(first), results.slice(0, first));
    else searcher.tell(results.slice(first));
  }
  const all = HIGHEST.slice(0, metrics).reduce((product, one) => product * one, 1);
  return (
    hypervolume(
      tried.map(({ scores }) => scores),
      Array(metrics).fill(0),
    ) / all
  );
}

async function factoryOf(use: PluginUse): Promise<SearcherFactory> {
  const set = ['metric=miou', `searcher=${JSON.stringify(use)}`];
  const { config, ...loaded } = await loadConfig({ cwd: process.cwd(), set });
  const run = await assembleRun(config, pluginContext(loaded.baseDir, loaded));
  try {
    return await run.plugins.searcher.make(run.context);
  } finally {
    await run.dispose();
  }
}

/** What searchers make of metrics that are formulas, by what they are told: hypervolume in percent, means over the seeds. */
export async function simulatePareto(seeds: number, write: (line: string) => void): Promise<void> {
  const factories = await Promise.all(SEARCHERS.map(factoryOf));
  const columns = [26, ...SEARCHERS.map(() => 22)];
  const names = SEARCHERS.map(({ use, preselection }) => `${use}${preselection === undefined ? '' : ' +preselection'}`);
  for (const [metrics, steep] of [
    [2, 4],
    [2, 12],
    [3, 12],
  ] as const) {
    write(`${metrics} metrics, steepness ${steep}, ${seeds} seeds`);
    write(row(['told', ...names], columns));
    for (const telling of TELLINGS) {
      const cells: string[] = [];
      for (const factory of factories) {
        let sum = 0;
        for (let seed = 1; seed <= seeds; seed++) sum += volumeOf(factory, telling, metrics, steep, seed);
        cells.push(((100 * sum) / seeds).toFixed(2));
      }
      write(row([telling.name, ...cells], columns));
    }
  }
}
