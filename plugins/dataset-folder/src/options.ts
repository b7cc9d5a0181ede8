import { type Color, colorSchema, type LabelOptions, labelOptionsSchema, type SplitPlace } from '@auto-seg-loss/images';
import { type DataPlace, rootOption, type SampleReading, sourceOption } from '@auto-seg-loss/samples';
import { z } from 'zod';

/**
 * Options of the data set `folder`: images with labels in files.
 *
 * A split is described in one of three ways:
 *
 * ```jsonc
 * { "list": "train.txt" }                                                    // lines "image label"
 * { "list": "train.txt", "images": "JPEGImages", "labels": "SegmentationClass" } // lines of ids
 * { "images": "train/images", "labels": "train/labels" }                     // all files, paired by equal names
 * ```
 */
export interface FolderOptions extends DataPlace {
  /** Class names in the order of the class indices, or how many classes there are; at most 255. Not needed where `labels.map` says so. */
  readonly classes?: readonly string[] | number;
  /** Red, green, blue (0 to 255) of each class, for pictures; labels that are drawn in colours are read by them. */
  readonly colors?: readonly Color[];
  /** What label values mean; without it, they are class indices. */
  readonly labels?: LabelOptions;
  /** The same as `labels.ignore`, for numbers. */
  readonly ignoreLabel?: number | readonly number[];
  /** How image files are read. */
  readonly images?: SampleReading['images'];
  /** The most pixels that a file may hold. */
  readonly maximumPixels?: number;
  /**
   * Whether decoded samples are kept on disk for the next time (default: yes). That takes height × width × 4 bytes a sample:
   * 90 MB for CamVid at 256 × 192, but 28 GB for Cityscapes at its full size.
   */
  readonly cache: boolean;
  readonly train: SplitPlace;
  /** A split of its own, or a share of the training images that is taken off them, the same each time; a search needs none. */
  readonly val?: SplitPlace & { readonly fraction?: number };
}

const text = z.string().min(1).exactOptional();

const splitFields = {
  list: text.describe(
    'Text file, relative to root: a line "image label" for each sample, or an id (with images and labels).',
  ),
  images: text.describe('Folder of the images, relative to root; subfolders count too.'),
  labels: text.describe('Folder of the labels, relative to root; names as in images.'),
  imageSuffix: text.describe("What images' names end with, such as _leftImg8bit."),
  labelSuffix: text.describe("What labels' names end with, such as _gtFine_labelIds."),
  masks: text.describe('Folder of masks, relative to root: pixels where a mask is 0 do not count.'),
  maskSuffix: text.describe("What masks' names end with."),
};

/** What is wrong with where a split's files are, in a sentence. */
function problemOfSplit(split: SplitPlace): string | undefined {
  const { list, images, labels, masks, maskSuffix } = split;
  if ((images === undefined) !== (labels === undefined)) return 'images and labels must be given together';
  if (list === undefined && images === undefined) return 'give a list, or the folders images and labels';
  const ofFolders = (['imageSuffix', 'labelSuffix', 'masks'] as const).find((name) => split[name] !== undefined);
  if (images === undefined && ofFolders !== undefined) return `${ofFolders} goes with the folders images and labels`;
  return masks === undefined && maskSuffix !== undefined ? 'maskSuffix goes with masks' : undefined;
}

const trainSchema = z.strictObject(splitFields).check((context) => {
  const message = problemOfSplit(context.value);
  if (message !== undefined) context.issues.push({ code: 'custom', message, input: context.value });
});

const valSchema = z
  .strictObject({
    ...splitFields,
    fraction: z
      .number()
      .gt(0)
      .lt(1)
      .exactOptional()
      .describe('In place of all others: share of the training images that is taken off them, the same each time.'),
  })
  .check((context) => {
    const { fraction, ...split } = context.value;
    const alone = Object.keys(split).length === 0;
    const message =
      fraction === undefined ? problemOfSplit(split) : alone ? undefined : 'fraction goes with nothing else';
    if (message !== undefined) context.issues.push({ code: 'custom', message, input: context.value });
  });

const byte = z.int().min(0).max(255);

const imageSchema = z.strictObject({
  range: z
    .tuple([z.number(), z.number()])
    .refine(([low, high]) => low < high, 'the first of the two must be the smaller')
    .exactOptional()
    .describe('The values that become 0 and 255: [0, 1] for float images, [0, 4095] for 12 bits.'),
  orientation: z
    .enum(['auto', 'apply', 'ignore'])
    .exactOptional()
    .describe(
      'Whether the orientation that a camera noted is applied; auto (default): where the label has the turned size.',
    ),
});

export const folderOptions: z.ZodType<FolderOptions> = z
  .strictObject({
    root: rootOption,
    source: sourceOption.exactOptional(),
    classes: z
      .union([z.int().min(1).max(255), z.array(z.string().min(1)).min(1).max(255)])
      .exactOptional()
      .describe('Class names in the order of the class indices, or how many; labels.map may name them instead.'),
    colors: z
      .array(colorSchema)
      .exactOptional()
      .describe('Red, green, blue (0 to 255) of each class, for pictures; labels drawn in colours are read by them.'),
    labels: labelOptionsSchema.exactOptional().describe('What label values mean; without it, they are class indices.'),
    ignoreLabel: z
      .union([byte, z.array(byte)])
      .exactOptional()
      .describe('The same as labels.ignore, for numbers.'),
    images: imageSchema.exactOptional().describe('How image files are read.'),
    maximumPixels: z
      .int()
      .min(1)
      .exactOptional()
      .describe('The most pixels that a file may hold; guards against broken headers.'),
    cache: z
      .boolean()
      .default(true)
      .describe('Keep decoded samples on disk for the next time: height × width × 4 bytes each.'),
    train: trainSchema.describe('Images to train on; a search holds out some of them for its reward.'),
    val: valSchema
      .exactOptional()
      .describe(
        'Images for reports only: as train, or { fraction: 0.2 } to take them off train. A search needs none; asl train and asl compare do.',
      ),
  })
  .check((context) => {
    const { classes, colors, labels, ignoreLabel } = context.value;
    const problem = (path: string, message: string): void => {
      context.issues.push({ code: 'custom', path: [path], message, input: context.value });
    };
    const named = labels?.map !== undefined || (labels?.colors !== undefined && !Array.isArray(labels.colors));
    if (classes === undefined && !named) problem('classes', 'give the class names, or how many classes there are');
    if (Array.isArray(classes) && new Set(classes).size !== classes.length)
      problem('classes', 'class names must differ');
    const count = typeof classes === 'number' ? classes : classes?.length;
    if (colors !== undefined && count !== undefined && colors.length !== count) {
      problem('colors', `expected a colour for each of the ${count} classes, received ${colors.length}`);
    }
    if (ignoreLabel !== undefined && labels?.ignore !== undefined) {
      problem('ignoreLabel', 'the same as labels.ignore: give one of them');
    }
    // A map decides itself which values are classes.
    const taken =
      labels?.map === undefined ? [ignoreLabel ?? []].flat().find((value) => value < (count ?? 0)) : undefined;
    if (taken !== undefined) {
      const name = Array.isArray(classes) ? classes[taken] : `class ${taken}`;
      problem('ignoreLabel', `${taken} is the value of class "${name}"; a value is a class or ignored, not both`);
    }
  });
