import { PRESETS } from '@auto-seg-loss/images';
import { classesOption, type DataPlace, rootOption, sourceOption } from '@auto-seg-loss/samples';
import { z } from 'zod';

/** Options of the data set `cityscapes`: Cityscapes in its own layout. */
export interface CityscapesOptions extends DataPlace {
  /** Labels to train on: fine, coarse ones of the same images, or those of train_extra, which are coarse. Those of val are fine. */
  readonly train: 'fine' | 'coarse' | 'extra';
  /** The files that are read: label ids, as downloaded, or train ids, which Cityscapes' scripts make of them. */
  readonly labels: 'labelIds' | 'labelTrainIds';
  /** The classes that count; all 19 by default. */
  readonly classes?: readonly string[];
  /** Whether decoded samples are kept on disk for the next time: 28 GB for fine training and val images. */
  readonly cache: boolean;
}

export const cityscapesOptions: z.ZodType<CityscapesOptions> = z.strictObject({
  root: rootOption.describe(
    "The folder that holds leftImg8bit and gtFine; relative to the config's folder. Environment variables such as $CITYSCAPES are filled in.",
  ),
  source: sourceOption.exactOptional(),
  train: z
    .enum(['fine', 'coarse', 'extra'])
    .default('fine')
    .describe(
      'Labels to train on: gtFine/train, gtCoarse/train, or gtCoarse/train_extra with its images. Those of val are fine.',
    ),
  labels: z
    .enum(['labelIds', 'labelTrainIds'])
    .default('labelIds')
    .describe("The label files: …_labelIds.png as downloaded, or …_labelTrainIds.png, which Cityscapes' scripts make."),
  classes: classesOption(PRESETS.cityscapes?.classes ?? []).exactOptional(),
  cache: z
    .boolean()
    .default(false)
    .describe('Keep decoded samples on disk for the next time: 8 MB each, 28 GB for fine training and val images.'),
});
