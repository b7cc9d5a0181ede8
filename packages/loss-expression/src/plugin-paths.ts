import { isAbsolute, relative, resolve } from 'node:path';
import { isPath } from '@auto-seg-loss/config';
import type { Json, PluginUse } from '@auto-seg-loss/kernel';

type Named = PluginUse | Readonly<Record<string, PluginUse | readonly PluginUse[]>>;

/**
 * A plugin, or several, named in one folder as another folder would name them: relative paths start elsewhere, those of the
 * plugins that they are made of too. Names and absolute paths stay as they are.
 */
export function usedFrom<T extends Named>(use: T, from: string, to: string): T {
  const moved = (value: Json): Json => {
    if (Array.isArray(value)) return value.map(moved);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, each]) => [key, key === 'use' ? movedPath(each, from, to) : moved(each)]),
    );
  };
  return moved(use as Json) as T;
}

function movedPath(use: Json, from: string, to: string): Json {
  if (typeof use !== 'string' || !isPath(use) || isAbsolute(use)) return use;
  const path = relative(to, resolve(from, use)).replaceAll('\\', '/');
  return path === '' || path.startsWith('..') ? path || '.' : `./${path}`;
}
