import { dirname, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type PluginLocation, RUNTIME_FOLDER } from './plugin-location.ts';

/** Our own packages, beside which a plugin's file may lie. */
const PACKAGES = `${dirname(dirname(dirname(dirname(RUNTIME_FOLDER))))}${sep}packages${sep}`;

/**
 * Where in a plugin's code something was thrown: of the calls that led there, the innermost one in its module, or in another of
 * its package or folder. TypeScript that is translated as it is read keeps its lines.
 * @returns `file:line:column`; undefined where the stack does not reach its code, or what was thrown has none.
 */
export function placeInStack(error: unknown, { file, package: found }: PluginLocation): string | undefined {
  const folder = `${found?.folder ?? dirname(file)}${sep}`;
  const isOwn = (path: string): boolean =>
    path === file ||
    (path.startsWith(folder) &&
      !path.slice(folder.length).split(sep).includes('node_modules') &&
      (found !== undefined || !path.startsWith(PACKAGES)));
  const place = framesOf(error).find(({ path }) => isOwn(path));
  return place === undefined ? undefined : `${place.path}:${place.line}:${place.column}`;
}

interface Frame {
  readonly path: string;
  readonly line: string;
  readonly column: string;
}

/** `at name (path:line:column)` or `at path:line:column`, innermost first. */
function framesOf(error: unknown): readonly Frame[] {
  const stack = error instanceof Error ? (error.stack ?? '') : '';
  return [...stack.matchAll(/^ +at (?:.*\()?(.+?):(\d+):(\d+)\)?$/gm)].map(([, path = '', line = '', column = '']) => ({
    path: path.startsWith('file:') ? fileURLToPath(path) : path,
    line,
    column,
  }));
}
