import { type DataPlace, rootOption, sourceOption } from '@auto-seg-loss/samples';
import { z } from 'zod';

/** Options of the data set `nnunet`: a data set in nnU-Net's layout, version 2. */
export interface NnunetOptions extends DataPlace {
  /** The division of the cases into train and val in splits_final.json; "all" trains on every case, and leaves val empty. */
  readonly fold?: number | 'all';
  /** nnU-Net's splits_final.json, relative to root. */
  readonly splits: string;
  /** The axis along which volumes are cut into slices; auto: that of the largest spacing. */
  readonly axis: 'auto' | 'x' | 'y' | 'z';
  /** Whether training slices without any class but the first count. val keeps all of its slices. */
  readonly emptySlices: boolean;
  /** Intensities that become 0 and 255 in all images; without it, in each volume what holds 99 % of its voxels. */
  readonly range?: readonly [number, number];
  /** The most pixels or voxels that a file may hold. */
  readonly maximumPixels?: number;
  /** Whether decoded pictures are kept on disk for the next time; slices of volumes are not. */
  readonly cache: boolean;
}

export const nnunetOptions: z.ZodType<NnunetOptions> = z.strictObject({
  root: rootOption.describe(
    "The folder of the data set, which holds dataset.json; relative to the config's folder. Environment variables such as $nnUNet_raw are filled in.",
  ),
  source: sourceOption.exactOptional(),
  fold: z
    .union([z.int().min(0), z.literal('all')])
    .exactOptional()
    .describe(
      'Division of the cases in splits_final.json, counted from 0 (default: 0), or "all" to train on every case. Without that file, a fifth of the cases is val.',
    ),
  splits: z
    .string()
    .min(1)
    .default('splits_final.json')
    .describe("nnU-Net's splits_final.json, relative to root (nnU-Net keeps it in nnUNet_preprocessed)."),
  axis: z
    .enum(['auto', 'x', 'y', 'z'])
    .default('auto')
    .describe('Axis along which volumes are cut into slices; auto: that of the largest spacing.'),
  emptySlices: z
    .boolean()
    .default(true)
    .describe('Train on slices that hold the first class alone, too. val keeps all of its slices.'),
  range: z
    .tuple([z.number(), z.number()])
    .refine(([low, high]) => low < high, 'the first of the two must be the smaller')
    .exactOptional()
    .describe(
      'Intensities that become 0 and 255 in all images; needed for CT (Hounsfield units). Without it, in each volume what holds 99 % of its voxels.',
    ),
  maximumPixels: z
    .int()
    .min(1)
    .exactOptional()
    .describe('The most pixels or voxels that a file may hold; guards against broken headers.'),
  cache: z
    .boolean()
    .default(true)
    .describe('Keep decoded pictures on disk for the next time: height × width × 4 bytes each. Volumes are not kept.'),
});
