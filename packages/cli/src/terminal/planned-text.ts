import type { SearchEvent } from '@auto-seg-loss/runtime';
import { quantity } from './quantity.ts';

type Plan = Extract<SearchEvent, { readonly type: 'trainings-planned' }>;

/**
 * How many trainings a search comes to, before the first: `52 trainings: the one that all trials start from, 3 of
 * cross-entropy, which trials are compared with, 40 trials, at most 8 of the best again`.
 */
export function plannedText({
  warmStart,
  folds,
  reference,
  searched,
  again,
  confirm,
  iterations,
  pruned,
}: Plan): string {
  const parts = [
    ...(warmStart === 0 ? [] : [`${startsText(folds)} (${quantity(warmStart, 'iteration')})`]),
    ...(reference === 0 ? [] : [`${reference} with cross-entropy, which trials are compared with`]),
    `${quantity(searched, 'trial')} of ${pruned ? 'up to ' : ''}${quantity(iterations, 'iteration')}`,
    ...(again === 0 ? [] : [`up to ${again} of the best again, before one is named`]),
    ...(confirm === 0 ? [] : [`${confirm} of that one, to say what it is worth`]),
  ];
  const total = (warmStart === 0 ? 0 : (folds ?? 1)) + reference + searched + again + confirm;
  return `${again === 0 ? '' : 'Up to '}${quantity(total, 'training')}: ${parts.join('; ')}`;
}

function startsText(folds: number | null): string {
  return folds === null ? 'the one that all trials start from' : `${folds} that trials start from, one for each fold`;
}
