import type { RunConfig } from '@auto-seg-loss/config';
import type { PluginContext, Searcher } from '@auto-seg-loss/kernel';
import { checkPlugin } from '@auto-seg-loss/plugin-host';
import { replay, type TrialStore } from '@auto-seg-loss/study';
import type { Run } from '../container/assemble-run.ts';
import { withPrior } from '../prior/taken-prior.ts';
import { asSet, differences } from './differences.ts';
import { keepsItsConfig } from './resumed-config.ts';

/**
 * Makes sure that a stored search is what it would have been with the searcher that it shall go on with, from its beginning:
 * by going through it again. Rounds may be added so; what would have changed a proposal may not.
 * @param before the stored config. @param run with the new searcher.
 * @returns how many rounds the search had. @throws AslError ASL_USAGE saying where it parts.
 */
export async function roundsBefore(before: RunConfig, run: Run, store: TrialStore): Promise<number> {
  const old = await searcherOf(before, run);
  const parting = replay(await searcherOf(run.config, run), store, old.rounds);
  if (parting === null) return old.rounds;
  const changes = differences(before.searcher, run.config.searcher, 'searcher').map(asSet);
  const { round, what } = parting;
  const why =
    what === 'ended'
      ? `${round + 1} rounds are begun already`
      : `from round ${round + 1} on the search would have gone another way: ${what}`;
  throw keepsItsConfig(`${changes.join(' ')}: ${why}`, before);
}

/** A searcher of its own, at its beginning. */
async function searcherOf(
  { searcher: use }: RunConfig,
  { context, random, space, prior }: { readonly context: PluginContext } & Pick<Run, 'random' | 'space' | 'prior'>,
): Promise<Searcher> {
  const plugin = await checkPlugin({ kind: 'searcher', use, where: 'searcher' }, context.baseDir);
  return (await plugin.make(context)).create(withPrior(await space, await prior), random.split('searcher'));
}
