export { excessOf } from './bounded.ts';
export { configDefaults, proxyDefaults, trainingDefaults, warmStartDefaults } from './defaults.ts';
export { describeSchema, objectsOf, type SchemaNode } from './describe-schema.ts';
export { importModule } from './import-module.ts';
export { jsonSchema, type PluginSchema } from './json-schema.ts';
export { type LoadedConfig, type LoadOptions, loadConfig } from './load-config.ts';
export { mergeConfigs } from './merge.ts';
export { didYouMean, nearestName } from './nearest-name.ts';
export { parseOverride, treeAt } from './overrides.ts';
export { parseJson } from './parse-text.ts';
export type { PluginOptions } from './plugin-options.ts';
export type { PluginPlace } from './plugin-places.ts';
export {
  type GuardConfig,
  PLUGIN_FIELDS,
  type PluginUse,
  type ProxyOptions,
  type PruningConfig,
  type RunConfig,
} from './run-config.ts';
export { configSchema, pluginUse } from './schema.ts';
export { type Checked, checkSchema, inputSchema, showPath, unknownName } from './schema-problems.ts';
export { showValue } from './show-value.ts';
export { isPath } from './trust/is-path.ts';
export { namedPlugins, pluginsIn } from './trust/named-plugins.ts';
export { type NamedCode, type NamedPlugin, packagesFrom, refuseForeignCode } from './trust/refuse-foreign-code.ts';
export { withoutUnset } from './unset.ts';
export { withOverrides } from './with-overrides.ts';
