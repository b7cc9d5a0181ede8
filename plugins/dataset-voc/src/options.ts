import { PRESETS } from '@auto-seg-loss/images';
import { classesOption, type DataPlace, rootOption, sourceOption } from '@auto-seg-loss/samples';
import { z } from 'zod';

/** Options of the data set `voc`: PASCAL VOC 2012 in its own layout. */
export interface VocOptions extends DataPlace {
  /** Names of lists in ImageSets/Segmentation, or paths of text files relative to the folder VOC2012. */
  readonly trainList: string;
  readonly valList: string;
  /** Folders of labels, in the folder VOC2012. */
  readonly trainLabels: string;
  readonly valLabels: string;
  /** The classes that count; all 21 by default. */
  readonly classes?: readonly string[];
  /** Whether decoded samples are kept on disk for the next time: 2 GB for the 2,913 images of VOC 2012. */
  readonly cache: boolean;
}

const list = z.string().min(1);
const LIST = 'A list in ImageSets/Segmentation, by its name, or a text file relative to the folder VOC2012';
const LABELS = 'Folder of the labels, in the folder VOC2012';

export const vocOptions: z.ZodType<VocOptions> = z.strictObject({
  root: rootOption.describe(
    "The folder VOC2012 or one above it; relative to the config's folder. Environment variables such as $VOC are filled in.",
  ),
  source: sourceOption.exactOptional(),
  trainList: list.default('train').describe(`${LIST}: the images to train on, such as trainaug.`),
  valList: list.default('val').describe(`${LIST}: the images for reports only.`),
  trainLabels: list
    .default('SegmentationClass')
    .describe(`${LABELS}: SegmentationClassAug for the list trainaug, which holds the labels of SBD too.`),
  valLabels: list.default('SegmentationClass').describe(`${LABELS}, of the images for reports.`),
  classes: classesOption(PRESETS.voc?.classes ?? []).exactOptional(),
  cache: z
    .boolean()
    .default(true)
    .describe('Keep decoded samples on disk for the next time: 2 GB for all of VOC 2012.'),
});
