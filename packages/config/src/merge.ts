import { PLUGIN_FIELDS } from './run-config.ts';

type Tree = Readonly<Record<string, unknown>>;

/** Options that were written for a plugin in whose place another one is used. */
export interface LeftBehind {
  /** The field of the config, named for the plugin's kind. */
  readonly field: string;
  /** The plugin that they were last written for. */
  readonly of: string;
  readonly options: Tree;
}

/** Parts of a config laid over each other. */
export interface Merged {
  readonly value: Tree;
  readonly leftBehind: readonly LeftBehind[];
}

/**
 * Lays parts of a config over each other, the first undermost: objects field by field, an object that names places
 * of a list element by element, everything else (lists too) replaced.
 * A plugin field is merged as a plugin: options go to the plugin that is already chosen, and another plugin starts with
 * those of its own; what was written for the one before is left behind. null takes back what stands below it.
 */
export function mergeConfigs(parts: readonly Tree[]): Merged {
  const leftBehind = new Map<string, LeftBehind>();
  const mergePlugins = (field: string, under: unknown, over: unknown): unknown => {
    const chosen = asUse(under);
    const change = asUse(over);
    if (!isTree(change)) leftBehind.delete(field);
    if (!isTree(chosen) || !isTree(change)) return change;
    if (!('use' in change) || change.use === chosen.use) return mergeValues(chosen, change);
    const { use, ...options } = chosen;
    leftBehind.set(field, { field, of: String(use), options: { ...leftBehind.get(field)?.options, ...options } });
    return change;
  };
  const plugins: readonly string[] = PLUGIN_FIELDS;
  const value = parts.reduce<Tree>(
    (under, over) =>
      mergeTrees(under, over, (key, a, b) => (plugins.includes(key) ? mergePlugins(key, a, b) : mergeValues(a, b))),
    {},
  );
  return { value, leftBehind: [...leftBehind.values()] };
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
  if (Array.isArray(under) && isTree(over) && namesElements(under, over))
    return under.map((each: unknown, index) => (index in over ? mergeValues(each, over[index]) : each));
  return isTree(under) && isTree(over) ? mergeTrees(under, over, (_key, a, b) => mergeValues(a, b)) : over;
}

/** Whether an object's fields are places of a list: `searchers.1.rounds` is a field of its second element. */
function namesElements(list: readonly unknown[], over: Tree): boolean {
  const names = Object.keys(over);
  return names.length > 0 && names.every((name) => /^\d+$/.test(name) && Number(name) < list.length);
}

function asUse(value: unknown): unknown {
  return typeof value === 'string' ? { use: value } : value;
}

export function isTree(value: unknown): value is Tree {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
