import type { z } from 'zod';
import type { Constraint } from './constraint.ts';
import type { Dataset } from './dataset.ts';
import type { Decoder } from './decoder.ts';
import { AslError } from './errors.ts';
import type { ExecutorFactory } from './executor.ts';
import type { Metric } from './metric.ts';
import type { ReportMetric } from './report-metric.ts';
import type { SearcherFactory } from './searcher.ts';
import type { Surrogate } from './surrogate.ts';

/** What each kind of plugin makes. Packages add kinds of their own by declaration merging (the engine: `loss`, `network`). */
export interface PluginProducts {
  metric: Metric;
  surrogate: Surrogate;
  constraint: Constraint;
  searcher: SearcherFactory;
  dataset: Dataset;
  executor: ExecutorFactory;
  decoder: Decoder;
  'report-metric': ReportMetric;
}

export type PluginKind = keyof PluginProducts;

/** Every kind, as a value: package names begin with one of them. */
export const PLUGIN_KINDS = [
  'metric',
  'surrogate',
  'constraint',
  'searcher',
  'dataset',
  'loss',
  'network',
  'executor',
  'decoder',
  'report-metric',
] as const;

/** What a plugin may know of the run it is made for. */
export interface PluginContext {
  /** Relative paths in options start here: the folder of the config file. */
  readonly baseDir: string;
  /** Where a plugin may keep what it can make again (decoded images); may not exist yet. */
  readonly cacheDir: string;
  /** Whether a network gets its weights from elsewhere once it is built: the files that it would begin with are not needed. */
  readonly weightsFollow?: boolean;
}

type Product<K extends string> = K extends keyof PluginProducts ? PluginProducts[K] : unknown;

/** A plugin that is made of others of its kind, such as a weighted mean of metrics. Plugins cannot load plugins; the runtime does. */
export interface PluginParts {
  /** The option that names them: a list of objects with `use` and the options of what it names. */
  readonly option: string;
  /** What such an object holds for this plugin, such as `weight`; it is no option of the part. */
  readonly own: readonly string[];
}

/** A plugin declares itself by a value, without side effects; the module exports it as `plugin`. */
export interface Plugin<K extends string = string, Options = unknown> {
  readonly kind: K;
  /** As in configs: `"searcher": "ppo"`. */
  readonly name: string;
  /** One line for `asl plugins`. */
  readonly summary: string;
  /** Checks the options and fills in defaults; each field described, for editors and `asl plugins`. */
  readonly options: z.ZodType<Options>;
  /** Options to show and verify it with, as a config would hold them, where not every option has a default. */
  readonly example?: Readonly<Record<string, unknown>>;
  readonly parts?: PluginParts;
  /**
   * The options as a run keeps and shows them, where they may hold a secret such as a password: without it.
   * @throws AslError where they are wrong in a way that a message could not show without the secret.
   */
  withoutSecrets?(options: Options): Options;
  /**
   * Called once a run with checked options. May throw AslError.
   * @param parts what the plugins of `parts` made, in the order of the option.
   */
  create(options: Options, context: PluginContext, parts?: readonly Product<K>[]): Product<K> | Promise<Product<K>>;
}

const NAME = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;

/**
 * Declares a plugin: `export const plugin: Plugin<'searcher', Options> = definePlugin({ kind: 'searcher', … })`.
 * @throws AslError ASL_PLUGIN_INVALID for a name that a config could not hold.
 */
export function definePlugin<K extends PluginKind, Options>(plugin: Plugin<K, Options>): Plugin<K, Options> {
  if (!NAME.test(plugin.name)) {
    throw new AslError('ASL_PLUGIN_INVALID', `"${plugin.name}" is not a plugin name`, {
      where: `definePlugin({ kind: '${plugin.kind}' })`,
      expected: 'lower case words joined by dashes, such as "boundary-iou"',
      received: JSON.stringify(plugin.name),
    });
  }
  return plugin;
}
