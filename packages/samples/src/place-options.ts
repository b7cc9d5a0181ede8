import { z } from 'zod';

/** Options of every data set of files: where they are, and whether they are kept decoded. */
export const rootOption: z.ZodType<string> = z
  .string()
  .min(1)
  .describe("The data's folder; relative to the config's folder. Environment variables such as $DATA are filled in.");

export const sourceOption: z.ZodType<string> = z.string().describe('How to get the data; shown where it is missing.');
