import type { Proposal } from '@auto-seg-loss/kernel';
import { demandSame } from '../law/demand-same.ts';

/** Demands that two rounds of proposals are the same, bit for bit. @throws LawBroken as `demandSame`. */
export function demandSameProposals(
  one: readonly Proposal[] | undefined,
  other: readonly Proposal[] | undefined,
  what: string,
  names: readonly [one: string, other: string],
): void {
  demandSame(one?.map(known), other?.map(known), what, names);
}

/** What of a proposal the search reads. */
function known({ theta, whole, descent }: Proposal): unknown {
  return { theta, whole, descent: descent && { every: descent.every, learningRate: descent.learningRate } };
}
