import type { PluginUse } from '@auto-seg-loss/kernel';

/** The options that say how long our searchers search. */
const LENGTHS = ['rounds', 'passes'] as const;

/**
 * What to set for one round more than a searcher has, as `--set` takes it: `searcher.rounds=13`; of a sequence, of its last part.
 * @returns undefined for a searcher that says it otherwise.
 */
export function moreRounds(searcher: PluginUse, path = 'searcher'): string | undefined {
  for (const name of LENGTHS) {
    const value = searcher[name];
    if (typeof value === 'number') return `${path}.${name}=${value + 1}`;
  }
  const parts = searcher.searchers;
  if (!Array.isArray(parts) || parts.length === 0) return undefined;
  return moreRounds(parts.at(-1) as PluginUse, `${path}.searchers.${parts.length - 1}`);
}
