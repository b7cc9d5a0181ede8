import { z } from 'zod';
import { type AverageOptions, averageField } from './average.ts';
import { backgroundField } from './background.ts';

/** The options of metrics that look at the outlines of segments. */
export interface BoundaryOptions extends AverageOptions {
  /** Pixels that an outline may be off: masks are dilated by a (2·tolerance+1)² square. */
  readonly tolerance: number;
  /** Whether class 0 is a class like the others. */
  readonly background: boolean;
}

export const boundaryOptions: z.ZodType<BoundaryOptions> = z.strictObject({
  tolerance: z.int().min(0).max(256).default(5).describe('Pixels that an outline may be off.'),
  background: backgroundField,
  average: averageField,
});
