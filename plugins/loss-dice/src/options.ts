import { type RegionOptions, regionOptions } from '@auto-seg-loss/ops';
import { z } from 'zod';

export interface DiceOptions extends RegionOptions {
  /** Σ p² in place of Σ p in the denominator. */
  readonly squared: boolean;
}

export const diceOptions: z.ZodType<DiceOptions> = regionOptions({
  squared: z.boolean().default(false).describe('Σ p² + Σ y² in the denominator, as in V-Net, in place of Σ p + Σ y.'),
});
