import { z } from 'zod';
import { type AverageOptions, averageField } from './average.ts';
import { backgroundField } from './background.ts';

/** The options of metrics that look at single pixels. */
export interface RegionOptions extends AverageOptions {
  /** Whether class 0 is a class like the others. */
  readonly background: boolean;
}

export const regionOptions: z.ZodType<RegionOptions> = z.strictObject({
  background: backgroundField,
  average: averageField,
});
