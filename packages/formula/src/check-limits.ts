import { AslError } from '@auto-seg-loss/kernel';

/** What every interpreter asks of a formula's `clamp`. @throws AslError ASL_FORMULA_INVALID. */
export function checkLimits(low: number, high: number): void {
  if (low <= high) return;
  throw new AslError('ASL_FORMULA_INVALID', 'a value cannot be clamped between these limits', {
    where: 'clamp(value, low, high) in the score of the metric',
    expected: 'two numbers, the lower one first',
    received: `${low}, ${high}`,
  });
}
