import { definePlugin, type Plugin } from '@auto-seg-loss/kernel';
import { z } from 'zod';
import { bezierSurrogate } from './bezier-surrogate.ts';

/** Options of `"surrogate": {"use": "bezier", …}`. */
export interface BezierOptions {
  readonly pieces: number;
}

const options: z.ZodType<BezierOptions> = z.strictObject({
  pieces: z
    .int()
    .min(1)
    .max(16)
    .default(2)
    .describe('Quadratic pieces of each curve. 2·pieces - 1 control points are free: published are 2, and 1 for BF1.'),
});

/** Piecewise quadratic Bézier curves, the parameterisation of Auto Seg-Loss. */
export const plugin: Plugin<'surrogate', BezierOptions> = definePlugin({
  kind: 'surrogate',
  name: 'bezier',
  summary: 'Piecewise quadratic Bézier curves',
  options,
  create: ({ pieces }) => bezierSurrogate(pieces),
});
