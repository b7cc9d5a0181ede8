import { type LoadedConfig, loadConfig } from '@auto-seg-loss/config';
import {
  assembleRun,
  type CompareResult,
  compare,
  pluginContext,
  resumeSearch,
  type SearchResult,
  search,
  type TrainingEvent,
} from '@auto-seg-loss/runtime';
import { isBegun, TrialStore } from '@auto-seg-loss/study';
import { medianFrequencyWeights } from './class-weights.ts';
import { BASE, CAMVID, METRICS } from './study-settings.ts';

/** Writes a line of progress. */
export type Write = (line: string) => void;

/** A config of the studies: CamVid, and what is set. @param file another data set's config. */
export async function studyConfig(
  set: Readonly<Record<string, unknown>>,
  file: string = CAMVID,
): Promise<LoadedConfig> {
  const all = Object.entries({ ...BASE, ...set }).map(([path, value]) => `${path}=${JSON.stringify(value)}`);
  const loaded = await loadConfig({ cwd: process.cwd(), file, set: all });
  const { losses } = loaded.config;
  return { ...loaded, config: { ...loaded.config, losses: { ...losses, ...(await weighted(loaded)) } } };
}

/** All metrics, the one searched for first. */
export function metricFields(metric: string): Readonly<Record<string, unknown>> {
  const others = Object.entries(METRICS).flatMap(([name, use]) => (name === metric ? [] : [use]));
  return { metric: METRICS[metric], 'report.metrics': others };
}

async function weighted(loaded: LoadedConfig): Promise<LoadedConfig['config']['losses']> {
  const { config, baseDir } = loaded;
  const run = await assembleRun(config, pluginContext(baseDir, loaded));
  try {
    const { train, classes } = await run.dataset;
    const classWeights = await medianFrequencyWeights(train, classes.length);
    return {
      'weighted-cross-entropy': [{ loss: { use: 'cross-entropy', classWeights: [...classWeights] }, weight: 1 }],
    };
  } finally {
    await run.dispose();
  }
}

/** Runs a search, goes on with it, or reads it again. @returns what it found, and the core-minutes that it took. */
export async function searched(
  loaded: LoadedConfig,
  folder: string,
  write: Write,
): Promise<{ readonly result: SearchResult; readonly minutes: number }> {
  const onEvent: Parameters<typeof search>[1] = {
    onEvent: (event) => {
      if (event.type === 'round-finished') write(`  ${folder}: round ${event.round + 1} is done`);
    },
  };
  const result = await (isBegun(folder) ? resumeSearch(folder, onEvent) : search(loaded, { ...onEvent, out: folder }));
  const store = TrialStore.read(folder);
  const ms = store.trials().reduce((sum, trial) => sum + (trial.ms ?? 0), 0);
  store.close();
  return { result, minutes: ms / 60_000 };
}

/** Trains and compares networks; what the folder holds is not trained again. @returns with the core-minutes of all of them. */
export async function compared(
  loaded: LoadedConfig,
  options: {
    readonly losses: readonly string[];
    readonly learningRates?: readonly number[];
    readonly seeds: number;
    readonly out: string;
  },
  write: Write,
): Promise<{ readonly result: CompareResult; readonly minutes: number }> {
  let done = 0;
  const onEvent = (event: TrainingEvent): void => {
    if (event.type === 'trainings-started') {
      done = event.found;
      write(`  ${event.trainings} networks (${event.scoredOn}), ${event.found} of them done before`);
    } else if (event.type === 'training-finished') {
      done += 1;
      const { loss, seed, learningRate } = event.network;
      if (done % 5 === 0) write(`  ${done}: ${loss}, seed ${seed}, learning rate ${learningRate}`);
    }
  };
  const all = await compare(loaded, { ...options, onEvent });
  const result = { ...all, losses: all.losses.filter(({ earlier }) => !earlier) };
  const ms = result.losses.flatMap(({ networks }) => networks).reduce((sum, network) => sum + network.ms, 0);
  return { result, minutes: ms / 60_000 };
}
