import { z } from 'zod';
import type { OutputStride } from './backbone.ts';
import { backboneOptions } from './backbone-options.ts';
import type { SegmentationOptions } from './segmentation-network.ts';

/** The schemas of `SegmentationOptions`, to be spread into those of a network. @param outputStride the default. */
export function segmentationOptions(outputStride: OutputStride): SegmentationOptionSchemas {
  return {
    ...backboneOptions(outputStride),
    auxiliaryWeight: z
      .number()
      .min(0)
      .max(10)
      .default(0)
      .describe(
        "What the loss of a head on the encoder's third stage counts in training; 0: no such head. 0.4 in the published experiments.",
      ),
    headRate: z
      .number()
      .gt(0)
      .max(100)
      .default(10)
      .describe('Learning rate of everything but the encoder, relative to it; 10 in the published experiments.'),
  };
}

type SegmentationOptionSchemas = {
  readonly [Name in keyof SegmentationOptions]: z.ZodType<SegmentationOptions[Name]>;
};
