import type { Loss } from '@auto-seg-loss/ops';
import type { Law } from '../law/law.ts';
import type { Variant } from '../variants.ts';
import { ignoredLaws } from './ignored-laws.ts';
import { answerLaws, valueLaws } from './value-laws.ts';

/** The laws of losses. @param variants a loss with different options, at least one. Needs an open engine. */
export function lossLaws(variants: readonly Variant<Loss>[]): readonly Law[] {
  return [...valueLaws(variants), ...answerLaws(variants), ...ignoredLaws(variants)];
}
