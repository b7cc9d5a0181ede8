import type { Metric } from '@auto-seg-loss/kernel';
import type { Law } from '../law/law.ts';
import type { Variant } from '../variants.ts';
import { answerLaws } from './answer-laws.ts';
import { claimLaws } from './claim-laws.ts';
import { formulaLaws } from './formula-laws.ts';
import { outlineLaws } from './outline-laws.ts';
import { relaxedLaws } from './relaxed-laws.ts';
import { valueLaws } from './value-laws.ts';

/** The laws of metrics. @param variants a metric with different options, at least one. Needs an open engine. */
export function metricLaws(variants: readonly Variant<Metric>[]): readonly Law[] {
  return [
    ...formulaLaws(variants),
    ...valueLaws(variants),
    ...claimLaws(variants),
    ...outlineLaws(variants),
    ...relaxedLaws(variants),
    ...answerLaws(variants),
  ];
}
