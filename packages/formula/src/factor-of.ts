import { AslError } from '@auto-seg-loss/kernel';

/** The factor of a class in a formula's `scaleClasses`. @throws AslError ASL_FORMULA_INVALID for an empty list. */
export function factorOf(factors: readonly number[], c: number): number {
  const factor = factors[c] ?? factors.at(-1);
  if (factor !== undefined) return factor;
  throw new AslError('ASL_FORMULA_INVALID', 'classes cannot be scaled by no factor', {
    where: 'scaleClasses(factors, value) in the score of the metric',
    expected: 'a list of at least one number',
    received: 'an empty list',
  });
}
