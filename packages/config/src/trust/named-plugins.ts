import { showPath } from '@auto-seg-loss/schema';
import type { NamedPlugin } from './refuse-foreign-code.ts';

/** All that a part of a config or of a loss names by `use`, at any depth: plugins may be made of others. */
export function pluginsIn(
  value: unknown,
  path: readonly PropertyKey[] = [],
): readonly Pick<NamedPlugin, 'use' | 'where'>[] {
  if (Array.isArray(value)) return value.flatMap((each, index) => pluginsIn(each, [...path, index]));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, each]) =>
    key === 'use' && typeof each === 'string'
      ? [{ use: each, where: showPath('', path) }]
      : pluginsIn(each, [...path, key]),
  );
}

/** What one file names. */
export function namedPlugins(value: unknown, file: string): readonly NamedPlugin[] {
  return pluginsIn(value).map((plugin) => ({ ...plugin, namedBy: [file] }));
}
