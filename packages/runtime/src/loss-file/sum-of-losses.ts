import type { Loss } from '@auto-seg-loss/ops';
import { addN, tidy } from '@tensorflow/tfjs-core';

/** The sum of losses, each with weight 1. */
export function sumOfLosses(name: string, losses: readonly Loss[]): Loss {
  return { name, value: (logits, labels) => tidy(() => addN(losses.map((loss) => loss.value(logits, labels)))) };
}
