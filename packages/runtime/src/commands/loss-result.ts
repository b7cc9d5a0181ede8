import { wrongArgument as wrong } from './argument-error.ts';
import type { LossArrays } from './loss-arrays.ts';

/**
 * Guards what goes out: the arithmetic of a loss can leave the finite numbers with logits that are finite.
 * @throws AslError ASL_ARGUMENT_INVALID for a value or a gradient that is not finite.
 */
export function checkFinite(
  { loss, logits }: { readonly loss: string; readonly logits: string },
  value: number,
  gradient: Float32Array,
  arrays: LossArrays,
): void {
  const broken = gradient.reduce((count, each) => count + (Number.isFinite(each) ? 0 : 1), 0);
  if (Number.isFinite(value) && broken === 0) return;
  const largest = arrays.logits.reduce((most, each) => Math.max(most, Math.abs(each)), 0);
  throw wrong(`the loss "${loss}" of these logits is not finite`, {
    where: `--logits: ${logits}`,
    expected: 'a finite value and gradient',
    received: `value ${value}, ${broken} of ${gradient.length} numbers of the gradient not finite; the largest logit is ${largest}`,
    remedy: 'give smaller logits: what float32 holds ends at 3.4e38, and exponentials before that',
  });
}
