import { z } from 'zod';

export interface DpceOptions {
  /** A pixel at a boundary counts 1 + penalty, one deep inside its region 1. */
  readonly penalty: number;
}

export const dpceOptions: z.ZodType<DpceOptions> = z.strictObject({
  penalty: z
    .number()
    .min(0)
    .default(1)
    .describe('A pixel at a boundary of the label counts 1 + penalty, the deepest one of its class in the image 1.'),
});
