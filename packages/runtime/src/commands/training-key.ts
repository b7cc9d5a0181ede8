import { resolve } from 'node:path';
import type { Json } from '@auto-seg-loss/kernel';
import { contentKey } from '@auto-seg-loss/study';
import type { Run } from '../container/assemble-run.ts';
import { readLossFile } from '../loss-file/read-loss-file.ts';
import { usesOf } from '../loss-file/resolve-loss.ts';
import type { Environment } from '../run-folder/environment.ts';
import type { TrainingRequest } from './training-jobs.ts';

/**
 * What a training's result depends on, as a key: the loss itself, not where its file lies; seed, network, options, data,
 * metrics, engine; not the searcher, nor which of the metrics is searched for.
 */
export function trainingKey(
  run: Run,
  { engine, device, libraryVersion, platform, plugins, data }: Environment,
  cwd: string,
): (request: TrainingRequest) => Promise<string> {
  const { config } = run;
  const all = [config.metric, ...config.guards.map(({ metric }) => metric), ...config.report.metrics];
  const uses = new Map(all.map((use) => [contentKey(use), use]));
  const { seed, network, dataset, training, proxy } = config;
  const versions = Object.fromEntries(
    Object.entries(plugins).filter(([name]) => !/^(searcher|surrogate|constraint) /.test(name)),
  );
  const parts = {
    seed,
    network,
    dataset,
    training: { ...training, learningRate: null },
    heldOut: proxy.reward.fraction,
    uses: [...uses.keys()].sort(),
    environment: { engine, device, libraryVersion, platform, versions, data },
  };
  const task = contentKey(JSON.parse(JSON.stringify(parts)));
  return async ({ loss, seed: network, learningRate, scoredOn }) => {
    const rate = learningRate ?? training.learningRate;
    return contentKey({ task, loss: await identityOf(loss, run, cwd), seed: network, learningRate: rate, scoredOn });
  };
}

async function identityOf(loss: string, { config }: Run, cwd: string): Promise<Json> {
  const uses = usesOf(loss, { named: config.losses });
  if (uses !== undefined) return uses as unknown as Json;
  if (!loss.endsWith('.json')) return loss;
  const { metric, surrogate, constraints, absent, curves } = await readLossFile(resolve(cwd, loss));
  return { metric, surrogate, constraints, absent, curves } as unknown as Json;
}
