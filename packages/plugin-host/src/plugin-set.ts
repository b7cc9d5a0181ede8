import { differentMetrics, type PluginPlace, type RunConfig } from '@auto-seg-loss/config';
import { AslError, isAslError, type PluginKind, type PluginUse, type Problem } from '@auto-seg-loss/kernel';
import { type CheckedPlugin, checkPlugin } from './check-plugin.ts';
import { foldersOf, type PluginHome } from './context.ts';
import { oneError, problemsOf } from './plugin-problems.ts';
import { checkRangedLoss, type RangedLoss } from './ranged-loss.ts';
import { pluginsInOrder } from './use-order.ts';

/** Every plugin of a config, loaded and with checked options. */
export interface PluginSet {
  /** The one searched for; of several the first. */
  readonly metric: CheckedPlugin<'metric'>;
  /** Those of a search for several, each once; empty for one alone. */
  readonly metrics: readonly CheckedPlugin<'metric'>[];
  /** null where the loss relaxes the formula of the metric itself. */
  readonly formula: CheckedPlugin<'metric'> | null;
  readonly surrogate: CheckedPlugin<'surrogate'>;
  readonly constraints: readonly CheckedPlugin<'constraint'>[];
  readonly searcher: CheckedPlugin<'searcher'>;
  readonly dataset: CheckedPlugin<'dataset'>;
  readonly executor: CheckedPlugin<'executor'>;
  readonly network: CheckedPlugin<'network'>;
  /** null where trials train the network of the config. */
  readonly proxyNetwork: CheckedPlugin<'network'> | null;
  readonly decoders: readonly CheckedPlugin<'decoder'>[];
  readonly guards: readonly CheckedPlugin<'metric'>[];
  readonly reportMetrics: readonly CheckedPlugin<'metric'>[];
  /** Losses that the search mixes in. */
  readonly mix: readonly RangedLoss[];
  /** The loss that is searched in place of curves; null for curves. */
  readonly searchSpace: RangedLoss | null;
}

/**
 * Loads all plugins of a config and checks their options.
 * @throws AslError with all problems of all plugins; ASL_CONFIG_INVALID where they are of several sorts.
 */
export async function loadPluginSet(config: RunConfig, from: PluginHome): Promise<PluginSet> {
  // Of this call alone: what is listed for it is not old later.
  const home = foldersOf(from);
  const errors: AslError[] = [];
  const tried = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      if (!isAslError(error)) throw error;
      errors.push(error);
      return undefined as never;
    }
  };
  const load = <K extends PluginKind>(kind: K, use: PluginUse, where: string): Promise<CheckedPlugin<K>> =>
    tried(() => checkPlugin({ kind, use, where }, home));
  const ranged = (use: PluginUse, where: string): Promise<RangedLoss> =>
    tried(() => checkRangedLoss({ use, where }, home));
  const mixed = async (): Promise<RangedLoss[]> => {
    const loaded: RangedLoss[] = [];
    for (const [index, use] of config.mix.entries()) loaded.push(await ranged(use, `mix[${index}]`));
    return loaded;
  };
  const list = async <K extends PluginKind>(
    kind: K,
    uses: readonly PluginUse[],
    where: string,
  ): Promise<CheckedPlugin<K>[]> => {
    const loaded: CheckedPlugin<K>[] = [];
    for (const [index, use] of uses.entries()) loaded.push(await load(kind, use, `${where}[${index}]`));
    return loaded;
  };
  const guards = async (): Promise<CheckedPlugin<'metric'>[]> => {
    const loaded: CheckedPlugin<'metric'>[] = [];
    for (const [index, { metric }] of config.guards.entries())
      loaded.push(await load('metric', metric, `guards[${index}].metric`));
    return loaded;
  };
  const metrics = await list('metric', config.metrics ?? [], 'metrics');
  const set: PluginSet = {
    metric:
      config.metric === null ? (metrics[0] as CheckedPlugin<'metric'>) : await load('metric', config.metric, 'metric'),
    metrics: errors.length === 0 ? different(metrics) : metrics,
    formula: config.formula === null ? null : await load('metric', config.formula, 'formula'),
    surrogate: await load('surrogate', config.surrogate, 'surrogate'),
    constraints: await list('constraint', config.constraints, 'constraints'),
    searcher: await load('searcher', config.searcher, 'searcher'),
    dataset: await load('dataset', config.dataset, 'dataset'),
    executor: await load('executor', config.executor, 'executor'),
    network: await load('network', config.network, 'network'),
    proxyNetwork: config.proxy.network === null ? null : await load('network', config.proxy.network, 'proxy.network'),
    decoders: await list('decoder', config.decode, 'decode'),
    guards: await guards(),
    reportMetrics: await list('metric', config.report.metrics, 'report.metrics'),
    mix: await mixed(),
    searchSpace: config.searchSpace === null ? null : await ranged(config.searchSpace, 'searchSpace'),
  };
  if (errors.length > 0) throw oneError(errors);
  if (set.metrics.length === 1) throw allTheSame(set.metric.use);
  return searchable(set);
}

/** What is written otherwise may be the same, once all options are there. */
function different(metrics: readonly CheckedPlugin<'metric'>[]): readonly CheckedPlugin<'metric'>[] {
  const uses = differentMetrics(metrics.map(({ use }) => use));
  return metrics.filter(({ use }) => uses.includes(use));
}

function allTheSame(use: PluginUse): AslError {
  return new AslError('ASL_CONFIG_INVALID', 'the metrics of the config are all the same', {
    where: 'metrics',
    expected: 'at least two different metrics',
    received: JSON.stringify(use),
    remedy: `metric: ${JSON.stringify(use)}`,
  });
}

/** @throws AslError ASL_OPTIONS_INVALID where nothing is left to search. */
function searchable(set: PluginSet): PluginSet {
  const { searchSpace, mix } = set;
  if (searchSpace === null || searchSpace.ranges.length > 0 || mix.length > 0) return set;
  if (typeof searchSpace.exponent === 'object' && searchSpace.exponent !== null) return set;
  throw new AslError('ASL_OPTIONS_INVALID', 'nothing of the loss is left to search', {
    where: 'searchSpace',
    expected: 'a range among its options, such as {"use": "focal", "gamma": [0, 5]}; or losses in mix',
    received: JSON.stringify(searchSpace.use),
  });
}

/** The config with what its plugins' schemas made of the options: defaults filled in. */
export function resolvedConfig(config: RunConfig, plugins: PluginSet): RunConfig {
  const { metric, metrics, formula, surrogate, constraints, searcher, dataset, network, proxyNetwork } = plugins;
  const { decoders, guards, reportMetrics, mix, searchSpace } = plugins;
  return pluginsInOrder({
    ...config,
    executor: plugins.executor.use,
    metric: config.metric === null ? null : metric.use,
    metrics: config.metrics === null ? null : metrics.map(({ use }) => use),
    formula: formula?.use ?? null,
    surrogate: surrogate.use,
    constraints: constraints.map(({ use }) => use),
    searcher: searcher.use,
    dataset: dataset.use,
    network: network.use,
    proxy: { ...config.proxy, network: proxyNetwork?.use ?? null },
    decode: decoders.map(({ use }) => use),
    guards: config.guards.map((guard, index) => ({ ...guard, metric: guards[index]?.use ?? guard.metric })),
    report: { ...config.report, metrics: reportMetrics.map(({ use }) => use) },
    mix: mix.map(({ use }) => use),
    searchSpace: searchSpace?.use ?? null,
  });
}

/** All that is wrong with plugins that a config names and with their options: for `loadConfig`. */
export async function pluginProblems(places: readonly PluginPlace[], from: PluginHome): Promise<readonly Problem[]> {
  const home = foldersOf(from);
  const problems: Problem[] = [];
  for (const { kind, use, where } of places) {
    try {
      // Of losses a config names here those alone that a search may choose options of.
      await (kind === 'loss'
        ? checkRangedLoss({ use, where }, home)
        : checkPlugin({ kind: kind as PluginKind, use, where }, home));
    } catch (error) {
      if (!isAslError(error)) throw error;
      problems.push(...problemsOf(error));
    }
  }
  return problems;
}
