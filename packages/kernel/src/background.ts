import { z } from 'zod';

/** As a field of an options schema: the option of metrics whose means can leave class 0 out. */
export const backgroundField: z.ZodType<boolean> = z
  .boolean()
  .default(true)
  .describe('Whether class 0 counts as a class; false leaves it out.');
