import { definePlugin, type Plugin } from '@auto-seg-loss/kernel';
import { z } from 'zod';
import { linearSurrogate } from './linear-surrogate.ts';

/** Options of `"surrogate": {"use": "linear", …}`. */
export interface LinearOptions {
  readonly knots: number;
}

const options: z.ZodType<LinearOptions> = z.strictObject({
  knots: z
    .int()
    .min(1)
    .max(32)
    .default(3)
    .describe(
      'Free knots of each curve, between its two ends. 3 have as many parameters as a Bézier curve of 2 pieces.',
    ),
});

/** Piecewise linear curves. */
export const plugin: Plugin<'surrogate', LinearOptions> = definePlugin({
  kind: 'surrogate',
  name: 'linear',
  summary: 'Piecewise linear curves',
  options,
  create: ({ knots }) => linearSurrogate(knots),
});
