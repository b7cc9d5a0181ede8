import { PLUGIN_FIELDS } from './run-config.ts';

type Tree = Readonly<Record<string, unknown>>;

/**
 * Lays one part of a config over another: objects field by field, everything else (lists too) replaced. A plugin field is
 * merged as a plugin: options go to the plugin that is already chosen, and another plugin starts with no options.
 */
export function mergeConfig(under: Tree, over: Tree): Tree {
  const plugins: readonly string[] = PLUGIN_FIELDS;
  return mergeTrees(under, over, (key, a, b) => (plugins.includes(key) ? mergePlugins(a, b) : mergeValues(a, b)));
}

function mergeTrees(under: Tree, over: Tree, merge: (key: string, a: unknown, b: unknown) => unknown): Tree {
  const merged = new Map(Object.entries(under));
  for (const [key, value] of Object.entries(over)) {
    if (value !== undefined) merged.set(key, merge(key, merged.get(key), value));
  }
  // fromEntries defines fields, so that one named "__proto__" is a field like others, and refused by the schema.
  return Object.fromEntries(merged);
}

function mergeValues(under: unknown, over: unknown): unknown {
  return isTree(under) && isTree(over) ? mergeTrees(under, over, (_key, a, b) => mergeValues(a, b)) : over;
}

function mergePlugins(under: unknown, over: unknown): unknown {
  const chosen = asUse(under);
  const change = asUse(over);
  if (!isTree(chosen) || !isTree(change)) return change;
  if ('use' in change && change.use !== chosen.use) return change;
  return mergeValues(chosen, change);
}

function asUse(value: unknown): unknown {
  return typeof value === 'string' ? { use: value } : value;
}

export function isTree(value: unknown): value is Tree {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
