import { mergeConfigs, parseOverride, treeAt } from '@auto-seg-loss/config';
import { AslError, isAslError, type PluginUse } from '@auto-seg-loss/kernel';
import {
  checkPlugin,
  type LoadedPlugin,
  loadPluginOf,
  type MetricFlags,
  metricOptions,
  oneError,
  optionsOf,
  type RunContext,
} from '@auto-seg-loss/plugin-host';
import { unknownName } from '@auto-seg-loss/schema';
import type { MetricSet } from './metric-set.ts';

export interface MetricsInputs extends MetricFlags {
  /** Metric plugins, as a config would name them; those too that are only reported. */
  readonly metrics: readonly string[];
  /** Options of single metrics, `bf1.tolerance=2`, over the flags; values are JSON, or else text. */
  readonly set?: readonly string[];
  /** Whether precision and recall stand beside the metrics. */
  readonly precisionRecall?: boolean;
  /** Relative paths and plugins start at its `baseDir`. */
  readonly context: RunContext;
}

/** What stands beside the metrics where it is asked for. */
const PRECISION_AND_RECALL = ['precision', 'recall'] as const;

type Tree = Readonly<Record<string, unknown>>;

interface NamedMetric {
  /** As it was asked for. */
  readonly use: string;
  readonly plugin: LoadedPlugin<'metric' | 'report-metric'>['plugin'];
}

/** What is to be laid over a metric's options. */
interface Change {
  readonly use: string;
  readonly change: Tree;
}

/**
 * Loads metrics and checks their options.
 * @returns the metrics, and the flags that none of them has an option for, by option name.
 * @throws AslError with all that is wrong at once: ASL_PLUGIN_NOT_FOUND, ASL_PLUGIN_INVALID, ASL_USAGE for an option of no
 *   metric, ASL_OPTIONS_INVALID, also where problems are of several sorts.
 */
export async function readMetrics(
  inputs: MetricsInputs,
): Promise<{ readonly set: MetricSet; readonly unused: readonly string[] }> {
  const { context, set = [], precisionRecall = false } = inputs;
  const flags = metricOptions(inputs);
  const errors: AslError[] = [];
  const attempt = async <T>(make: () => T | Promise<T>): Promise<T | undefined> => {
    try {
      return await make();
    } catch (error) {
      if (!isAslError(error)) throw error;
      errors.push(error);
      return undefined;
    }
  };
  const metrics: NamedMetric[] = [];
  for (const use of new Set([...inputs.metrics, ...(precisionRecall ? PRECISION_AND_RECALL : [])])) {
    const loaded = await attempt(() => loadPluginOf(['metric', 'report-metric'], use, context, '--metrics'));
    if (loaded !== undefined) metrics.push({ use, plugin: loaded.plugin });
  }
  const changes = new Map(metrics.map(({ use }) => [use, [] as Tree[]]));
  const missing = errors.length > 0;
  for (const argument of set) {
    const found = await attempt(() => changeOf(argument, metrics, missing));
    if (found !== undefined) changes.get(found.use)?.push(found.change);
  }
  const uses: PluginUse[] = [];
  const reports: PluginUse[] = [];
  const read = new Set<string>();
  for (const { use, plugin } of metrics) {
    const own = optionsOf(plugin, flags);
    for (const name of Object.keys(own)) read.add(name);
    const checked = await attempt(() => {
      const { value } = mergeConfigs(changes.get(use) ?? []);
      const { kind } = plugin;
      return checkPlugin({ kind, use: { ...own, ...value, use } as PluginUse, where: plugin.name }, context);
    });
    if (checked !== undefined) (plugin.kind === 'metric' ? uses : reports).push(checked.use);
  }
  if (errors.length > 0) throw oneError(errors, { of: 'the metrics', mixed: 'ASL_OPTIONS_INVALID' });
  return {
    set: { uses, reports, context },
    unused: Object.keys(flags).filter((name) => !read.has(name)),
  };
}

/**
 * `bf1.tolerance=2` → bf1 and `{ tolerance: 2 }`.
 * @param missing whether a metric that was asked for is not there: it may be the one that is meant.
 * @throws AslError ASL_USAGE for an argument that names no metric and option.
 */
function changeOf(argument: string, metrics: readonly NamedMetric[], missing: boolean): Change | undefined {
  const path = argument.split('=', 1).join();
  for (const { use, plugin } of metrics) {
    const name = [use, plugin.name].find((each) => path.startsWith(`${each}.`));
    if (name === undefined || path === argument) continue;
    const option = parseOverride(argument.slice(name.length + 1));
    return { use, change: treeAt(option.path, option.value) };
  }
  const known = metrics.map(({ plugin }) => plugin.name);
  if (path !== argument && path.includes('.')) {
    if (missing) return undefined;
    throw new AslError('ASL_USAGE', '--set names no metric that is asked for', {
      problems: [unknownName(`--set ${argument}`, path.slice(0, path.indexOf('.')), known)],
    });
  }
  throw new AslError('ASL_USAGE', '--set takes an option of a metric and its value', {
    problems: [
      {
        where: `--set ${argument}`,
        expected: `METRIC.OPTION=VALUE, of ${known.join(', ')}`,
        received: path === argument ? 'no "="' : 'no "." before the "="',
      },
    ],
  });
}
