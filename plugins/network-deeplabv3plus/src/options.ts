import { deepStemFits, type SegmentationOptions, segmentationOptions } from '@auto-seg-loss/backbones';
import { z } from 'zod';

export interface Deeplabv3plusOptions extends SegmentationOptions {
  /** Dilations of the pyramid's 3×3 convolutions, in pixels of the encoder's last features. */
  readonly rates: readonly number[];
  /** Whether the 3×3 convolutions of pyramid and decoder convolve each channel by itself, with a 1×1 convolution after it. */
  readonly separable: boolean;
  /** Channels of each branch of the pyramid, and of what they are joined to. */
  readonly pyramidChannels: number;
  /** Channels that the decoder makes of the features at stride 4. */
  readonly skipChannels: number;
  readonly decoderChannels: number;
}

export const deeplabv3plusOptions: z.ZodType<Deeplabv3plusOptions> = z
  .strictObject({
    ...segmentationOptions(16),
    rates: z
      .array(z.int().min(1).max(64))
      .max(4)
      .default([6, 12, 18])
      .describe(
        "Dilations of the pyramid's 3×3 convolutions, in pixels of its features; at output stride 8, twice as much is usual.",
      ),
    separable: z
      .boolean()
      .default(true)
      .describe('Whether the 3×3 convolutions of pyramid and decoder convolve each channel by itself, then join them.'),
    pyramidChannels: z
      .int()
      .min(1)
      .max(2048)
      .default(256)
      .describe('Channels of each branch of the pyramid, and of what they are joined to.'),
    skipChannels: z
      .int()
      .min(1)
      .max(512)
      .default(48)
      .describe('Channels that the decoder makes of the features at a quarter of the size.'),
    decoderChannels: z.int().min(1).max(2048).default(256).describe("Channels of the decoder's two convolutions."),
  })
  .refine(...deepStemFits);
