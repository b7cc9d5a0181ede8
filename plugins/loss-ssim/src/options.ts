import { z } from 'zod';

export interface SsimOptions {
  /** Pixels of the window's side; odd. */
  readonly window: number;
  /** Standard deviation of the window's weights, in pixels. */
  readonly sigma: number;
  /** zero: outside the image, and where ignored, prediction and label are 0. inside: windows end there. */
  readonly border: 'zero' | 'inside';
}

export const ssimOptions: z.ZodType<SsimOptions> = z.strictObject({
  window: z
    .int()
    .min(1)
    .max(63)
    .refine((side) => side % 2 === 1, 'an odd number')
    .default(11)
    .describe('Pixels of the window’s side; odd.'),
  sigma: z.number().positive().default(1.5).describe('Standard deviation of the window’s weights, in pixels.'),
  border: z
    .enum(['zero', 'inside'])
    .default('zero')
    .describe(
      'Outside the image, and at ignored pixels: zero, prediction and label are 0 there, as published; inside, windows end there.',
    ),
});
