import { z } from 'zod';
import type { OutputStride } from './backbone.ts';
import type { ResNetName } from './resnet.ts';

export type BackboneName = ResNetName | 'mobilenet-v2' | 'efficientnet-lite0';

/** The options of a network that are its encoder's. */
export interface BackboneOptions {
  readonly backbone: BackboneName;
  readonly outputStride: OutputStride;
  /** Three 3×3 convolutions in place of a ResNet's first 7×7 one. */
  readonly deepStem: boolean;
  /** A file of weights, or the name of installed ones, that the encoder begins with; null: fresh ones. */
  readonly weights: string | null;
  /** What is not trained. */
  readonly freeze: 'nothing' | 'backbone';
  /** frozen: the encoder's batch norm keeps to its moving averages in training, and they stay as they are. */
  readonly batchNorm: 'live' | 'frozen';
  /** Weight of the newest batch in batch norm's moving averages; null: the encoder's own. */
  readonly normMomentum: number | null;
}

/** Their schemas, to be spread into those of a network. @param outputStride the default. */
export function backboneOptions(outputStride: OutputStride): BackboneOptionSchemas {
  return {
    backbone: z
      .enum(['resnet18', 'resnet34', 'resnet50', 'resnet101', 'mobilenet-v2', 'efficientnet-lite0'])
      .default('efficientnet-lite0')
      .describe('The encoder.'),
    outputStride: z
      .literal([8, 16, 32])
      .default(outputStride)
      .describe(
        "Pixels of the image for one pixel of the encoder's last features; where it does not step, it dilates.",
      ),
    deepStem: z
      .boolean()
      .default(false)
      .describe("Three 3×3 convolutions in place of a ResNet's first 7×7 one; the other encoders have none."),
    weights: z
      .string()
      .min(1)
      .nullable()
      .default(null)
      .describe(
        "What the encoder begins with: a file (safetensors or PyTorch's .pth), relative to the config's folder, or a name that asl weights list shows; null: fresh weights.",
      ),
    freeze: z
      .enum(['nothing', 'backbone'])
      .default('nothing')
      .describe('backbone: the encoder stays as it is, its batch norm too, and the head alone is trained.'),
    batchNorm: z
      .enum(['live', 'frozen'])
      .default('live')
      .describe(
        "frozen: the encoder's batch norm keeps to its moving averages in training, which then stay as they are; for small batches.",
      ),
    normMomentum: z
      .number()
      .gt(0)
      .lte(1)
      .nullable()
      .default(null)
      .describe(
        "Weight of the newest batch in batch norm's moving averages; null: 0.1, in EfficientNet-Lite0 its own 0.01. Short trainings want them fast.",
      ),
  };
}

type BackboneOptionSchemas = { readonly [Name in keyof BackboneOptions]: z.ZodType<BackboneOptions[Name]> };

/** To be refused with `refine`: a deep stem in an encoder that has none. */
export const deepStemFits: readonly [
  (options: Pick<BackboneOptions, 'backbone' | 'deepStem'>) => boolean,
  { readonly message: string; readonly path: string[] },
] = [
  ({ backbone, deepStem }) => !deepStem || backbone.startsWith('resnet'),
  { message: 'only ResNets have a deep stem', path: ['deepStem'] },
];
