import { type AverageOptions, averageField, backgroundField } from '@auto-seg-loss/kernel';
import { z } from 'zod';

export interface NsdOptions extends AverageOptions {
  /** How far a surface may be off, in the unit of the spacing: of all classes, or of each. */
  readonly tolerance: number | readonly number[];
  /** Of pixels, from row to row and from column to column. */
  readonly spacing: readonly [number, number];
  /** Of how many equal steps to the tolerance, beside none, the mean is taken; 0: the tolerance alone. */
  readonly steps: number;
  /** Whether class 0 is a class like the others. */
  readonly background: boolean;
}

const distance = z.number().min(0).max(256);
const side = z.number().gt(0).max(1000);

/** In pixels: more would take too long. */
const LARGEST = 256;

export const nsdOptions: z.ZodType<NsdOptions> = z
  .strictObject({
    tolerance: z
      .union([distance, z.array(distance).min(1).max(256)])
      .default(2)
      .describe(
        'How far a surface may be off, in the unit of the spacing; a list has one for each class, and classes after its end take the last.',
      ),
    spacing: z
      .tuple([side, side])
      .default([1, 1])
      .describe('Distance from row to row and from column to column, such as millimetres; [1, 1]: pixels.'),
    steps: z
      .int()
      .min(0)
      .max(32)
      .default(0)
      .describe('With 4, the mean over tolerances of 0, 1/4, 2/4, 3/4 and all of it; with 0, the tolerance alone.'),
    background: backgroundField,
    average: averageField,
  })
  .refine(({ tolerance, spacing }) => Math.max(...[tolerance].flat()) / Math.min(...spacing) <= LARGEST, {
    path: ['tolerance'],
    message: `at most ${LARGEST} pixels`,
  });
