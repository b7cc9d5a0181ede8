import { z } from 'zod';

/** Where the images and labels of one split are. */
export interface FolderSplitOptions {
  /**
   * A text file, relative to `root`, with one sample a line: an image path and a label path (as CamVid's lists), or,
   * together with `images` and `labels`, an id: the file name without its ending (as PASCAL VOC's lists).
   */
  readonly list?: string;
  /** Folder of the images, relative to `root`; its subfolders count too. */
  readonly images?: string;
  /** Folder of the labels, relative to `root`: for `images/a/7.jpg`, `labels/a/7.png`. */
  readonly labels?: string;
}

/**
 * Options of the data set `folder`: images with index labels in files.
 *
 * A split is described in one of three ways:
 *
 * ```jsonc
 * { "list": "train.txt" }                                                    // lines "image label"
 * { "list": "train.txt", "images": "JPEGImages", "labels": "SegmentationClass" } // lines of ids
 * { "images": "train/images", "labels": "train/labels" }                     // all files, paired by equal names
 * ```
 *
 * Paths in a list are relative to `root`. A list whose paths all start with a prefix from elsewhere (CamVid's published
 * lists say `/SegNet/CamVid/train/…`) is read without that prefix, if its first image is found so.
 *
 * Images: whatever sharp reads (PNG, JPEG, WebP, TIFF, GIF, AVIF); grey becomes RGB, 16 bits become 8, alpha is dropped.
 * The orientation that a camera noted in a JPEG is not applied, since labels are drawn on the stored pixels.
 * Labels: PNG with one channel of at most 8 bits, where the sample value is the class. Of a palette PNG that is the index,
 * not the colour.
 */
export interface FolderOptions {
  /** The data's folder. Relative to the config's folder; $NAME and ${NAME} are environment variables. */
  readonly root: string;
  /** How to get the data; shown where it is missing. */
  readonly source?: string;
  /** Class names in the order of the label values, or how many classes there are. At most 255. */
  readonly classes: readonly string[] | number;
  /** Red, green, blue (0 to 255) of each class, for pictures. */
  readonly colors?: readonly (readonly [number, number, number])[];
  /** Label value or values (0 to 255) of pixels that do not count. Without it every pixel must have a class. */
  readonly ignoreLabel?: number | readonly number[];
  /**
   * Whether decoded samples are kept on disk for the next time (default: yes). That takes height × width × 4 bytes a sample:
   * 90 MB for CamVid at 256 × 192, but 28 GB for Cityscapes at its full size.
   */
  readonly cache: boolean;
  readonly train: FolderSplitOptions;
  readonly val: FolderSplitOptions;
}

const splitSchema = z
  .strictObject({
    list: z
      .string()
      .min(1)
      .exactOptional()
      .describe(
        'Text file, relative to root: a line "image label" for each sample, or an id (with images and labels).',
      ),
    images: z.string().min(1).exactOptional().describe('Folder of the images, relative to root.'),
    labels: z.string().min(1).exactOptional().describe('Folder of the labels, relative to root; names as in images.'),
  })
  .check((context) => {
    const { list, images, labels } = context.value;
    const problem = (message: string): void => {
      context.issues.push({ code: 'custom', message, input: context.value });
    };
    if ((images === undefined) !== (labels === undefined)) problem('images and labels must be given together');
    else if (list === undefined && images === undefined) problem('give a list, or the folders images and labels');
  });

const byte = z.int().min(0).max(255);

export const folderOptions: z.ZodType<FolderOptions> = z
  .strictObject({
    root: z
      .string()
      .min(1)
      .describe(
        "The data's folder; relative to the config's folder. Environment variables such as $DATA are filled in.",
      ),
    source: z.string().exactOptional().describe('How to get the data; shown where it is missing.'),
    classes: z
      .union([z.int().min(1).max(255), z.array(z.string().min(1)).min(1).max(255)])
      .describe('Class names in the order of the label values, or the number of classes.'),
    colors: z
      .array(z.tuple([byte, byte, byte]))

      .exactOptional()
      .describe('Red, green, blue (0 to 255) of each class, for pictures.'),
    ignoreLabel: z
      .union([byte, z.array(byte)])
      .exactOptional()
      .describe('Label value or values of pixels that do not count. Without it every pixel must have a class.'),
    cache: z
      .boolean()
      .default(true)
      .describe('Keep decoded samples on disk for the next time: height × width × 4 bytes each.'),
    train: splitSchema.describe('Images to train on; a search holds out some of them for its reward.'),
    val: splitSchema.describe('Images for reports only.'),
  })
  .check((context) => {
    const { classes, colors } = context.value;
    const count = classNames(classes).length;
    const problem = (path: string, message: string): void => {
      context.issues.push({ code: 'custom', path: [path], message, input: context.value });
    };
    if (new Set(classNames(classes)).size !== count) problem('classes', 'class names must differ');
    if (colors !== undefined && colors.length !== count) {
      problem('colors', `expected a colour for each of the ${count} classes, received ${colors.length}`);
    }
    const classTaken = ignoredValues(context.value).find((value) => value < count);
    if (classTaken !== undefined) {
      problem(
        'ignoreLabel',
        `${classTaken} is the value of class "${classNames(classes)[classTaken]}"; a value is a class or ignored, not both`,
      );
    }
  });

export function classNames(classes: FolderOptions['classes']): readonly string[] {
  return typeof classes === 'number' ? Array.from({ length: classes }, (_, index) => `class ${index}`) : classes;
}

export function ignoredValues(options: Pick<FolderOptions, 'ignoreLabel'>): readonly number[] {
  const { ignoreLabel } = options;
  if (ignoreLabel === undefined) return [];
  return typeof ignoreLabel === 'number' ? [ignoreLabel] : ignoreLabel;
}
