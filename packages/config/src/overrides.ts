import { AslError } from '@auto-seg-loss/kernel';
import { excessOf } from './bounded.ts';

/** What problems name as the source of a value from the command line. */
export const SET_SOURCE = '--set';

/** One `--set a.b=value`. */
export interface Override {
  readonly path: readonly string[];
  readonly value: unknown;
}

/**
 * Reads a `--set a.b=c` argument. The value is JSON, or else text as it stands: `seed=2` is a number, `metric=miou` and
 * `dataset.root=../data` are text, `metric="2"` is the text 2.
 * @throws AslError ASL_USAGE for an argument without `=` or without a path.
 */
export function parseOverride(argument: string): Override {
  const equals = argument.indexOf('=');
  const path = argument.slice(0, Math.max(equals, 0)).split('.');
  if (equals < 0 || path.some((key) => key === '')) {
    throw new AslError('ASL_USAGE', '--set takes a path and a value', {
      where: `--set ${argument}`,
      expected: '--set key=value or --set a.b=value',
      received: equals < 0 ? 'no "="' : 'an empty name in the path',
    });
  }
  const value = parseValue(argument.slice(equals + 1));
  const excess = excessOf(treeAt(path.slice(0, MOST_KEYS), value));
  if (path.length >= MOST_KEYS || excess !== undefined)
    throw tooMuch(path, excess ?? `${path.length} names in the path`);
  return { path, value };
}

/** No path of a config is as long. */
const MOST_KEYS = 32;

function tooMuch(path: readonly string[], received: string): AslError {
  return new AslError('ASL_USAGE', '--set says more than a config can hold', {
    where: `--set ${path.slice(0, 3).join('.')}${path.length > 3 ? '.…' : ''}`,
    expected: 'a path and a value as in a config',
    received,
  });
}

export function parseValue(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

/** The part of a config that says a value at a path, and nothing else. */
export function treeAt(path: readonly string[], value: unknown): Readonly<Record<string, unknown>> {
  const [key = '', ...rest] = path;
  return Object.fromEntries([[key, rest.length === 0 ? value : treeAt(rest, value)]]);
}
