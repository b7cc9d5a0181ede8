import { searchedMetrics, trainingDefaults } from '@auto-seg-loss/config';
import { contentKey, type Json, trainingContent } from '@auto-seg-loss/kernel';
import type { Run } from '../container/assemble-run.ts';
import type { Environment } from '../run-folder/environment.ts';
import type { JsonFields } from '../run-folder/sealed-json.ts';
import type { TrainingRequest } from './training-jobs.ts';

/** All that the result of a training depends on; its hash is what the training is known by. */
export type TrainingIdentity = {
  /** Hash of the basis. */
  readonly basis: string;
  /** Hash of the loss itself, not of where its file lies. */
  readonly loss: string;
  readonly seed: number;
  readonly learningRate: number;
  readonly scoredOn: TrainingRequest['scoredOn'];
  /** The decoder that it is scored with, where that is another than the most probable class. */
  readonly decoder?: Json;
};

/**
 * What the trainings of a config have in common: network, options, data, metrics, engine; not the searcher, nor which of the
 * metrics is searched for. Named as in the config, so that people can be told what differs.
 */
export async function trainingBasis(run: Run, environment: Environment): Promise<JsonFields> {
  const { engine, device, libraryVersion, kernels, platform, plugins, data, weights } = environment;
  const { guards, report, seed, network, dataset, proxy } = run.config;
  const { scoring, ...training } = run.config.training;
  // What was kept before networks could be scored otherwise is known by the same hash.
  const usual = contentKey(scoring as unknown as Json) === contentKey(trainingDefaults.scoring as unknown as Json);
  const uses = [...searchedMetrics(run.config), ...guards.map((guard) => guard.metric), ...report.metrics];
  const distinct = [...new Map(uses.map((use) => [contentKey(use), use])).values()];
  // Results are kept by these names, which depend on the order of the metrics where two of them are one plugin's.
  const metrics = (await run.metrics).map(({ name }, index) => ({ name, ...distinct[index] }));
  const versions = Object.entries(plugins).filter(([name]) => !/^(searcher|surrogate|constraint) /.test(name));
  return JSON.parse(
    JSON.stringify({
      seed,
      network,
      dataset,
      training: { ...trainingContent(training), learningRate: null, ...(usual ? {} : { scoring }) },
      'proxy.reward.fraction': proxy.reward.fraction,
      metrics: metrics.sort((a, b) => (a.name < b.name ? -1 : 1)),
      environment: {
        engine,
        device,
        libraryVersion,
        kernels,
        platform,
        plugins: Object.fromEntries(versions),
        data,
        weights,
      },
    }),
  ) as JsonFields;
}

/**
 * @param basis as `trainingBasis` gives it. @param content the loss itself, as `lossContent` gives it. @param decoder what results
 *   depend on of the decoder; null for the most probable class.
 */
export function trainingIdentity(
  { seed, learningRate, scoredOn }: TrainingRequest,
  { config }: Run,
  basis: JsonFields,
  content: Json,
  decoder: Json | null = null,
): TrainingIdentity {
  const rate = learningRate ?? config.training.learningRate;
  const training = { basis: contentKey(basis), loss: contentKey(content), seed, learningRate: rate, scoredOn };
  return decoder === null ? training : { ...training, decoder };
}

/** What the network itself depends on, whatever it is decoded with. */
export function networkIdentity({ decoder: _, ...training }: TrainingIdentity): TrainingIdentity {
  return training;
}

/** What the result is known by. */
export function keyOf(identity: TrainingIdentity): string {
  return contentKey(identity);
}
