import type { Searcher } from '@auto-seg-loss/kernel';
import type { TakenPrior } from './taken-prior.ts';

/** What was taken of which prior, and what the searcher makes of it, a line each; nothing for a search without. */
export function priorNotes(taken: readonly TakenPrior[], searcher: Searcher): readonly string[] {
  if (taken.length === 0) return [];
  const { learnsFromPrior, name } = searcher;
  return [
    ...taken.map(noteOf),
    learnsFromPrior === undefined ? `Priors: ${name} ignores them` : `Priors: ${name} ${learnsFromPrior}`,
  ];
}

function noteOf({ name, metric, dataset, trials, leftOut }: TakenPrior): string {
  const from = `for ${metric}${dataset === null ? '' : ` on ${dataset}`}`;
  const missing = leftOut === 0 ? '' : `; ${leftOut} left out, whose curves this search cannot draw`;
  const [first] = trials;
  if (trials.length === 1 && first?.reward === null)
    return `Prior ${name}: a loss ${from}, whose reward is not comparable`;
  return `Prior ${name}: ${trials.length} ${trials.length === 1 ? 'loss that was' : 'losses that were'} tried ${from}${missing}`;
}
