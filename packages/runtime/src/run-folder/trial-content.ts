import type { RunConfig } from '@auto-seg-loss/config';
import { contentKey, type Json, type PluginUse } from '@auto-seg-loss/kernel';
import type { TrialContent } from '@auto-seg-loss/study';
import type { Run } from '../container/assemble-run.ts';
import type { Environment } from './environment.ts';
import { proxyContent } from './proxy-content.ts';

/** What is searched beside the curves, as far as it is anything: searches of before there was such a thing keep what they are known by. */
export function spaceContent({ mix, temperature, searchSpace }: RunConfig): Readonly<Record<string, Json>> {
  return {
    ...(mix.length === 0 ? {} : { mix }),
    ...(temperature === null ? {} : { temperature }),
    ...(searchSpace === null ? {} : { searchSpace }),
  };
}

/** A config as searches of before had it, where it says nothing that they could not say. */
export function plainSpaceLeftOut(config: RunConfig): Omit<RunConfig, 'mix' | 'temperature' | 'searchSpace'> {
  const { mix: _mix, temperature: _temperature, searchSpace: _searchSpace, ...others } = config;
  return { ...others, ...spaceContent(config) };
}

/**
 * What the outcome of a run's trials depends on, from θ and the round: the seed, and a hash of task and environment. Node's
 * version is not among it: it is not known to change results.
 * @param dataset as the run was begun with: its data may lie elsewhere since.
 */
export function trialContent(
  { config }: Pick<Run, 'config'>,
  { node: _, ...environment }: Environment,
  dataset: PluginUse = config.dataset,
): TrialContent {
  const { seed, metric, metrics, formula, surrogate, constraints, absent, network, proxy, guards } = config;
  // Trials of before there were formulas keep their keys.
  const other = { ...(formula === null ? {} : { formula }), ...spaceContent(config) };
  const proxyTask = proxyContent(proxy);
  const parts = {
    ...(metrics === null ? { metric } : { metrics }),
    ...other,
    surrogate,
    constraints,
    absent,
    dataset,
    network,
    proxy: proxyTask,
    guards,
    environment,
  };
  const task = contentKey(JSON.parse(JSON.stringify(parts)));
  return ({ theta, descent }, round) => ({
    theta,
    round,
    seed,
    task,
    ...(descent === undefined ? {} : { descent: { ...descent } }),
  });
}
