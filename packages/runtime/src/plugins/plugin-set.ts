import { checkSchema, type PluginPlace, type PluginUse, type RunConfig } from '@auto-seg-loss/config';
import {
  AslError,
  isAslError,
  type Json,
  type PluginContext,
  type PluginKind,
  type PluginProducts,
  type Problem,
} from '@auto-seg-loss/kernel';
import { type LoadedPlugin, loadPlugin } from './load-plugin.ts';

/** A plugin whose options passed: ready to be made. */
export interface CheckedPlugin<K extends PluginKind> extends LoadedPlugin<K> {
  /** As written, with every option that a default gives. */
  readonly use: PluginUse;
  make(context: PluginContext): Promise<PluginProducts[K]>;
}

/** Where a config names a plugin. */
interface Place<K extends PluginKind> {
  readonly kind: K;
  readonly use: PluginUse;
  /** The config path, such as `constraints[0]`. */
  readonly where: string;
}

/** Every plugin of a config, loaded and with checked options. */
export interface PluginSet {
  readonly metric: CheckedPlugin<'metric'>;
  readonly surrogate: CheckedPlugin<'surrogate'>;
  readonly constraints: readonly CheckedPlugin<'constraint'>[];
  readonly searcher: CheckedPlugin<'searcher'>;
  readonly dataset: CheckedPlugin<'dataset'>;
  readonly network: CheckedPlugin<'network'>;
  readonly reportMetrics: readonly CheckedPlugin<'metric'>[];
}

/**
 * Loads all plugins of a config and checks their options.
 * @throws AslError with all problems of all plugins; ASL_CONFIG_INVALID where they are of several sorts.
 */
export async function loadPluginSet(config: RunConfig, baseDir: string): Promise<PluginSet> {
  const errors: AslError[] = [];
  const load = async <K extends PluginKind>(kind: K, use: PluginUse, where: string): Promise<CheckedPlugin<K>> => {
    try {
      return await checkPlugin({ kind, use, where }, baseDir);
    } catch (error) {
      if (!isAslError(error)) throw error;
      errors.push(error);
      return undefined as never;
    }
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
  const set: PluginSet = {
    metric: await load('metric', config.metric, 'metric'),
    surrogate: await load('surrogate', config.surrogate, 'surrogate'),
    constraints: await list('constraint', config.constraints, 'constraints'),
    searcher: await load('searcher', config.searcher, 'searcher'),
    dataset: await load('dataset', config.dataset, 'dataset'),
    network: await load('network', config.network, 'network'),
    reportMetrics: await list('metric', config.report.metrics, 'report.metrics'),
  };
  const [first, ...more] = errors;
  if (first === undefined) return set;
  throw more.length === 0 ? first : together(errors);
}

/** The config with what its plugins' schemas made of the options: defaults filled in. */
export function resolvedConfig(config: RunConfig, plugins: PluginSet): RunConfig {
  const { metric, surrogate, constraints, searcher, dataset, network, reportMetrics } = plugins;
  return {
    ...config,
    metric: metric.use,
    surrogate: surrogate.use,
    constraints: constraints.map(({ use }) => use),
    searcher: searcher.use,
    dataset: dataset.use,
    network: network.use,
    report: { ...config.report, metrics: reportMetrics.map(({ use }) => use) },
  };
}

/**
 * Loads one plugin and checks its options.
 * @throws AslError ASL_PLUGIN_NOT_FOUND, ASL_PLUGIN_INVALID, or ASL_OPTIONS_INVALID with each option's config path.
 */
export async function checkPlugin<K extends PluginKind>(
  { kind, use, where }: Place<K>,
  baseDir: string,
): Promise<CheckedPlugin<K>> {
  const loaded = await loadPlugin(kind, use.use, baseDir, where);
  const { use: _name, ...written } = use;
  const checked = checkSchema(loaded.plugin.options, written, where);
  if ('problems' in checked) {
    throw new AslError('ASL_OPTIONS_INVALID', `the options of the ${kind} "${use.use}" are wrong`, {
      problems: checked.problems,
    });
  }
  return {
    ...loaded,
    use: { use: use.use, ...sorted(checked.value as Readonly<Record<string, Json>>) },
    make: async (context) => (await loaded.plugin.create(checked.value, context)) as PluginProducts[K],
  };
}

/** By name: schemas that let unknown options pass keep the order in which they were written. */
function sorted(options: Readonly<Record<string, Json>>): Readonly<Record<string, Json>> {
  return Object.fromEntries(Object.entries(options).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** All that is wrong with plugins that a config names and with their options: for `loadConfig`. */
export async function pluginProblems(places: readonly PluginPlace[], baseDir: string): Promise<readonly Problem[]> {
  const problems: Problem[] = [];
  for (const { kind, use, where } of places) {
    try {
      await checkPlugin({ kind: kind as PluginKind, use, where }, baseDir);
    } catch (error) {
      if (!isAslError(error)) throw error;
      problems.push(...problemsOf(error));
    }
  }
  return problems;
}

function together(errors: readonly AslError[]): AslError {
  const problems = errors.flatMap(problemsOf);
  const [code = 'ASL_CONFIG_INVALID', ...others] = new Set(errors.map((error) => error.code));
  return new AslError(
    others.length === 0 ? code : 'ASL_CONFIG_INVALID',
    `the plugins of the config have ${problems.length} problems`,
    { problems },
  );
}

function problemsOf({ message, details }: AslError): readonly Problem[] {
  const { problems, where = 'the config', expected = where, received = 'nothing', remedy } = details;
  return problems ?? [{ where: message, expected, received, ...(remedy === undefined ? {} : { remedy }) }];
}
