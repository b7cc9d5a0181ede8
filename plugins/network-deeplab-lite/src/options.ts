import { z } from 'zod';

export interface DeeplabLiteOptions {
  /** Channels after the first convolution; the encoder ends with four times as many. */
  readonly width: number;
  /** Pixels of the image for one pixel of the encoder's last features. */
  readonly outputStride: 4 | 8 | 16;
  /** Dilations of the pyramid's 3×3 convolutions, in pixels of those features. */
  readonly rates: readonly number[];
  /** Weight of the newest batch in batch norm's moving averages. */
  readonly normMomentum: number;
  /** Learning rate of the last layer, relative to that of the others. */
  readonly classifierRate: number;
}

export const deeplabLiteOptions: z.ZodType<DeeplabLiteOptions> = z.strictObject({
  width: z
    .int()
    .min(1)
    .max(512)
    .default(32)
    .describe('Channels after the first convolution; the encoder ends with four times as many.'),
  outputStride: z
    .literal([4, 8, 16])
    .default(8)
    .describe("Pixels of the image for one pixel of the encoder's last features."),
  rates: z
    .array(z.int().min(1).max(64))
    .max(4)
    .default([2, 4])
    .describe("Dilations of the pyramid's 3×3 convolutions."),
  normMomentum: z
    .number()
    .gt(0)
    .lte(1)
    .default(0.1)
    .describe("Weight of the newest batch in batch norm's moving averages; short trainings want them fast."),
  classifierRate: z
    .number()
    .gt(0)
    .max(100)
    .default(10)
    .describe('Learning rate of the last layer, relative to that of the others; 10 in the published experiments.'),
});
