import type { RunSubject } from './run-status.ts';

// Of a config as some version of this program stored it: what is not there is not known.

/** The name of the plugin in a field. */
export function useOf(config: unknown, field: string): string | null {
  const use = fieldOf(fieldOf(config, field), 'use');
  return typeof use === 'string' ? use : null;
}

/** The metrics that a search is for: the names of their plugins. */
export function metricNames(config: unknown): readonly string[] {
  const list = fieldOf(config, 'metrics');
  if (!Array.isArray(list)) return [useOf(config, 'metric')].filter((name) => name !== null);
  return list.map((_, index) => useOf(list, String(index)) ?? 'not known');
}

/** A number at a path of fields. */
export function numberOf(config: unknown, ...path: readonly string[]): number | null {
  const value = path.reduce(fieldOf, config);
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}

export function subjectOf(config: unknown): RunSubject {
  return {
    searcher: useOf(config, 'searcher'),
    dataset: useOf(config, 'dataset'),
    network: useOf(config, 'network'),
    seed: numberOf(config, 'seed'),
  };
}

export function fieldOf(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
  return (value as Readonly<Record<string, unknown>>)[name];
}
