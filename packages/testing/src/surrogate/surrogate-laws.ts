import type { Surrogate } from '@auto-seg-loss/kernel';
import type { Law } from '../law/law.ts';
import type { Variant } from '../variants.ts';
import { curveLaws } from './curve-laws.ts';
import { parameterLaws } from './parameter-laws.ts';
import { tensorLaws } from './tensor-laws.ts';

/** The laws of surrogates. @param variants a surrogate with different options, at least one. Needs an open engine. */
export function surrogateLaws(variants: readonly Variant<Surrogate>[]): readonly Law[] {
  return [...parameterLaws(variants), ...curveLaws(variants), ...tensorLaws(variants)];
}
