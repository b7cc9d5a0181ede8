import { AslError } from '@auto-seg-loss/kernel';
import type { Layer } from './layers.ts';
import { isTree, mergeConfig } from './merge.ts';

/** What problems name as the source of a value from the command line. */
export const SET_SOURCE = '--set';

/**
 * Makes a layer of `--set a.b=c` arguments, in their order. The value is JSON, or else text as it stands: `seed=2` is a
 * number, `metric=miou` and `dataset.root=../data` are text, `metric="2"` is the text 2.
 * @throws AslError ASL_USAGE for an argument without `=` or without a path.
 */
export function overridesLayer(set: readonly string[]): Layer {
  const value = set.map(parseOverride).reduce((merged, tree) => mergeConfig(merged, tree), {});
  return { source: SET_SOURCE, value };
}

function parseOverride(argument: string): Readonly<Record<string, unknown>> {
  const equals = argument.indexOf('=');
  const path = argument.slice(0, Math.max(equals, 0)).split('.');
  if (equals < 0 || path.some((key) => key === '')) {
    throw new AslError('ASL_USAGE', '--set takes a path and a value', {
      where: `--set ${argument}`,
      expected: '--set key=value or --set a.b=value',
      received: equals < 0 ? 'no "="' : 'an empty name in the path',
    });
  }
  const leaf = parseValue(argument.slice(equals + 1));
  const tree = path.reduceRight<unknown>((value, key) => Object.fromEntries([[key, value]]), leaf);
  return isTree(tree) ? tree : {};
}

function parseValue(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
