import { deepStemFits, type SegmentationOptions, segmentationOptions } from '@auto-seg-loss/backbones';
import { z } from 'zod';

export interface PspnetOptions extends SegmentationOptions {
  /** Sides of the grids over which features are averaged. */
  readonly bins: readonly number[];
  /** Channels that are made of each grid's means. */
  readonly pooledChannels: number;
  /** Channels that all are joined to. */
  readonly channels: number;
}

export const pspnetOptions: z.ZodType<PspnetOptions> = z
  .strictObject({
    ...segmentationOptions(8),
    bins: z
      .array(z.int().min(1).max(32))
      .max(6)
      .default([1, 2, 3, 6])
      .describe('Sides of the grids over which features are averaged.'),
    pooledChannels: z.int().min(1).max(2048).default(512).describe("Channels that are made of each grid's means."),
    channels: z.int().min(1).max(2048).default(512).describe('Channels that features and means are joined to.'),
  })
  .refine(...deepStemFits);
