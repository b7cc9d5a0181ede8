import { inputSchema, type SchemaNode } from '@auto-seg-loss/schema';
import type { z } from 'zod';
import { PLUGIN_FIELDS } from './run-config.ts';
import { configSchema } from './schema.ts';

/** A plugin whose options editors should know. */
export interface PluginSchema {
  readonly kind: string;
  readonly name: string;
  readonly summary: string;
  readonly options: z.ZodType;
}

/**
 * The JSON Schema of config files, for editors: every field with its description, range and default, and the options of
 * the given plugins by their name. Other plugins, by package name or path, stay open.
 */
export function jsonSchema(plugins: readonly PluginSchema[] = []): Readonly<Record<string, unknown>> {
  const config = inputSchema(configSchema);
  const properties: Record<string, unknown> = { ...config.properties };
  for (const field of PLUGIN_FIELDS) properties[field] = withPlugins(config.properties?.[field], field, plugins);
  const metric = withPlugins({}, 'metric', plugins);
  for (const field of ['metric', 'formula'])
    properties[field] = { ...config.properties?.[field], anyOf: [metric, { type: 'null' }] };
  const metrics = listOf(config.properties?.metrics);
  properties.metrics = {
    ...config.properties?.metrics,
    anyOf: [{ ...metrics, items: metric }, { type: 'null' }],
  };
  const { proxy } = config.properties ?? {};
  const proxyNetwork = { anyOf: [withPlugins({}, 'network', plugins), { type: 'null' }] };
  properties.proxy = {
    ...proxy,
    properties: { ...proxy?.properties, network: { ...proxy?.properties?.network, ...proxyNetwork } },
  };
  properties.constraints = { ...config.properties?.constraints, items: withPlugins({}, 'constraint', plugins) };
  const decoder = withPlugins({}, 'decoder', plugins);
  properties.decode = {
    ...config.properties?.decode,
    anyOf: [decoder, { type: 'array', items: decoder, minItems: 1 }],
  };
  const file = { type: 'string', minLength: 1 };
  return {
    ...config,
    title: 'Auto Seg-Loss config',
    properties: {
      $schema: { type: 'string', description: 'Where an editor finds this schema.' },
      extends: {
        anyOf: [file, { type: 'array', items: file }],
        description: 'Configs that this one is laid over: a path or a list of paths, relative to this file.',
      },
      replace: {
        type: 'array',
        items: file,
        description:
          'Fields, such as "dataset.val", that stand here instead of what the extended configs say, not laid over it.',
      },
      base: { ...file, description: 'Where relative paths start, relative to this file; by default, its own folder.' },
      ...properties,
    },
    // What has a default, or is extended, need not be said.
    required: [],
  };
}

function listOf(node: SchemaNode | undefined): SchemaNode {
  return node?.anyOf?.find(({ type }) => type === 'array') ?? {};
}

function withPlugins(node: SchemaNode | undefined, kind: string, plugins: readonly PluginSchema[]): object {
  const { anyOf: _open, ...described } = node ?? {};
  const known = plugins.filter((plugin) => plugin.kind === kind).sort((a, b) => (a.name < b.name ? -1 : 1));
  const names = known.map((plugin) => plugin.name);
  const elsewhere = { type: 'string', minLength: 1, ...(names.length === 0 ? {} : { not: { enum: names } }) };
  return {
    ...described,
    oneOf: [
      ...known.map((plugin) => ({ const: plugin.name, description: plugin.summary })),
      { ...elsewhere, description: 'A package name, or a path that starts with "./".' },
      ...known.map(pluginNode),
      {
        type: 'object',
        properties: { use: elsewhere },
        required: ['use'],
        description: 'Another plugin with its options.',
      },
    ],
  };
}

function pluginNode(plugin: PluginSchema): object {
  const { properties, required, ...rest } = inputSchema(plugin.options);
  const { $schema: _version, ...options } = rest as Readonly<Record<string, unknown>>;
  return {
    ...options,
    type: 'object',
    description: plugin.summary,
    properties: { use: { const: plugin.name }, ...properties },
    required: ['use', ...(required ?? [])],
  };
}
