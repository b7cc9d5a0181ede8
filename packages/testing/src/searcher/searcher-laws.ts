import type { SearcherFactory } from '@auto-seg-loss/kernel';
import type { Law } from '../law/law.ts';
import type { Variant } from '../variants.ts';
import { improvementLaw } from './improvement-law.ts';
import { priorLaw } from './prior-law.ts';
import { proposalLaws } from './proposal-laws.ts';
import { stateLaws } from './state-laws.ts';

/** The laws of searchers. @param variants a searcher with different options, at least one; its defaults first. */
export function searcherLaws(variants: readonly Variant<SearcherFactory>[]): readonly Law[] {
  return [...proposalLaws(variants), ...stateLaws(variants), improvementLaw(variants), priorLaw(variants)];
}
