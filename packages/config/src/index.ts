export { excessOf } from './bounded.ts';
export { configDefaults, proxyDefaults, trainingDefaults, warmStartDefaults } from './defaults.ts';
export { importModule } from './import-module.ts';
export { jsonSchema, type PluginSchema } from './json-schema.ts';
export { asList } from './list-values.ts';
export { type LoadedConfig, type LoadOptions, loadConfig } from './load-config.ts';
export { mergeConfigs } from './merge.ts';
export { differentMetrics } from './metric-problems.ts';
export { parseOverride, parseValue, treeAt } from './overrides.ts';
export { parseJson } from './parse-text.ts';
export type { PluginOptions } from './plugin-options.ts';
export type { PluginPlace } from './plugin-places.ts';
export {
  type GuardConfig,
  PLUGIN_FIELDS,
  type ProxyOptions,
  type PruningConfig,
  type RunConfig,
  searchedMetrics,
  type WeightedLoss,
} from './run-config.ts';
export { configSchema } from './schema.ts';
export { scoringSchema } from './training-schema.ts';
export { isPath } from './trust/is-path.ts';
export { namedPlugins, pluginsIn } from './trust/named-plugins.ts';
export { type NamedCode, type NamedPlugin, packagesFrom, refuseForeignCode } from './trust/refuse-foreign-code.ts';
export { withoutUnset } from './unset.ts';
export { withOverrides } from './with-overrides.ts';
