import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { type LoadedConfig, loadConfig } from '@auto-seg-loss/config';
import { assembleRun, measureCandidates, pluginContext, resumeSearch, search } from '@auto-seg-loss/runtime';
import {
  bestCandidates,
  type FinishedTrial,
  hypervolume,
  isBegun,
  isCandidate,
  meanScores,
  type ScoreVector,
  scoresAgain,
  TrialStore,
} from '@auto-seg-loss/study';
import { row, warnIfBusy } from '../report.ts';
import { BF1, COMMON, type Contender, contendersOf, MIOU } from './contenders.ts';
import { simulatePareto } from './simulated.ts';

const DATA = 'docs/examples/camvid-miou.json';
const NAMES = ['miou', 'bf1'];
const COLUMNS = [24, 22, 18, 18, 10];

/** What a contender found with one seed. */
interface Found {
  /** In squares of a point: what lies between its losses and the straight lines. */
  readonly volume: number;
  /** The best by each metric, in fresh rounds. */
  readonly best: ScoreVector;
  readonly trials: number;
}

/**
 * Losses that are good by mIoU and by BF1: one search for their front, beside two searches and three weighted sums that cost as much
 * together. Of all trials of each, the best few by both metrics are trained again in rounds that no search has seen; what counts is the
 * hypervolume of these means above what straight lines reach there. Everything is kept in the folder `--out`: what was interrupted goes on.
 */
export async function benchPareto(args: readonly string[], write: (line: string) => void): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      seeds: { type: 'string', default: '5' },
      rounds: { type: 'string', default: '24' },
      candidates: { type: 'string', default: '6' },
      repeats: { type: 'string', default: '5' },
      only: { type: 'string' },
      config: { type: 'string', default: DATA },
      set: { type: 'string', multiple: true, default: [] },
      simulated: { type: 'boolean', default: false },
      out: { type: 'string', default: 'runs/bench-pareto' },
    },
  });
  if (values.simulated) return simulatePareto(Number(values.seeds), write);
  const rounds = Number(values.rounds);
  if (!(rounds > 0 && rounds % 6 === 0)) throw new Error('--rounds is a multiple of 6');
  const all = contendersOf(rounds);
  const only = values.only?.split(',');
  const unknown = only?.filter((name) => !all.some((one) => one.name === name)) ?? [];
  if (unknown.length > 0)
    throw new Error(`--only: there is no ${unknown.join(', ')}; there are ${all.map(({ name }) => name).join(', ')}`);
  const contenders = all.filter(({ name }) => only?.includes(name) ?? true);
  write(
    `Hypervolume of mIoU and BF1 above straight lines; ${values.seeds} seeds, ${6 * rounds} trials each, ${values.candidates} losses in ${values.repeats} fresh rounds`,
  );
  warnIfBusy(write);
  const found = new Map<string, Found[]>();
  for (let seed = 1; seed <= Number(values.seeds); seed++) {
    for (const contender of contenders) {
      const folder = resolve(
        values.out,
        `${rounds}-rounds`,
        `seed-${seed}`,
        contender.name.replaceAll(/[^a-z0-9]+/g, '-'),
      );
      const make = (own: Readonly<Record<string, unknown>>) => configOf(own, seed, values);
      const one = await measure(contender, make, folder, Number(values.candidates), Number(values.repeats));
      found.set(contender.name, [...(found.get(contender.name) ?? []), one]);
      write(`  seed ${seed}, ${contender.name}: ${one.volume.toFixed(1)}`);
    }
  }
  for (const line of tableOf(found)) write(line);
}

async function measure(
  { searches }: Contender,
  configOf: (own: Readonly<Record<string, unknown>>) => Promise<LoadedConfig>,
  folder: string,
  count: number,
  repeats: number,
): Promise<Found> {
  const trials: FinishedTrial[] = [];
  for (const [index, own] of searches.entries()) {
    const place = join(folder, `search-${index + 1}`);
    await (isBegun(place) ? resumeSearch(place) : search(await configOf(own), { out: place }));
    const store = TrialStore.read(place);
    trials.push(...store.trials().filter((trial): trial is FinishedTrial => isCandidate(trial)));
    store.close();
  }
  const chosen = bestCandidates(trials.map(scoresOf), count).map((index) => (trials[index] as FinishedTrial).theta);
  const loaded = await configOf({ metric: null, metrics: [MIOU, BF1] });
  const run = await assembleRun(loaded.config, pluginContext(loaded.baseDir, loaded));
  const { start } = await run.space;
  await run.dispose();
  // All are measured in the same rounds.
  const measured = await measureCandidates(loaded, {
    folder: join(folder, `measured-${count}-${repeats}`),
    candidates: [start, ...chosen],
    repeats,
  });
  const [straight = [], ...means] = (measured ?? []).map((again) =>
    meanScores(again.map((trial) => scoresAgain(trial, NAMES.length))).map((score) => 100 * score),
  );
  return {
    volume: hypervolume(means, straight),
    best: NAMES.map((_, axis) => Math.max(...means.map((scores) => scores[axis] ?? 0))),
    trials: trials.length,
  };
}

/** By both metrics, whatever the search was for. */
function scoresOf({ outcome }: FinishedTrial): ScoreVector {
  const metrics =
    outcome.status === 'failed' ? {} : (outcome.metrics as Readonly<Record<string, { readonly value: number | null }>>);
  return NAMES.map((name) => metrics[name]?.value ?? 0);
}

/** @param values the config that the data are of, and what is other in the task: of no searches that are compared with others. */
async function configOf(
  own: Readonly<Record<string, unknown>>,
  seed: number,
  { config, set }: { readonly config: string; readonly set: readonly string[] },
): Promise<LoadedConfig> {
  const fields = Object.entries({ ...COMMON, ...own, seed }).map(([path, value]) => `${path}=${JSON.stringify(value)}`);
  return loadConfig({ cwd: process.cwd(), file: config, set: [...fields, ...set] });
}

function tableOf(found: ReadonlyMap<string, readonly Found[]>): readonly string[] {
  const rows = [...found].map(([name, runs]) => [
    name,
    spread(runs.map(({ volume }) => volume)),
    ...NAMES.map((_, axis) => spread(runs.map(({ best }) => best[axis] ?? 0))),
    String(runs[0]?.trials ?? 0),
  ]);
  const head = ['contender', 'hypervolume, points²', ...NAMES.map((name) => `best ${name}, %`), 'trials'];
  return [head, ...rows].map((cells) => row(cells, COLUMNS));
}

/** Mean ± standard deviation over the seeds. */
function spread(values: readonly number[]): string {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const deviation = values.length < 2 ? '' : ` ± ${Math.sqrt(squares / (values.length - 1)).toFixed(2)}`;
  return `${mean.toFixed(2)}${deviation}`;
}
