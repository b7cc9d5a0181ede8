/** Where the images and labels of one split are. */
export interface SplitPlace {
  /**
   * A text file, relative to the data's folder, with one sample a line: an image path and a label path (as CamVid's lists), or,
   * together with `images` and `labels`, an id: the file name without suffix and ending (as PASCAL VOC's lists).
   */
  readonly list?: string;
  /** Folder of the images, relative to the data's folder; its subfolders count too. */
  readonly images?: string;
  /** Folder of the labels, likewise: for `images/a/7.jpg`, `labels/a/7.png`. */
  readonly labels?: string;
  /** What images' and labels' names end with; files without it are left out. */
  readonly imageSuffix?: string;
  readonly labelSuffix?: string;
  /** Folder of masks: where a mask is 0, the pixel does not count (a retinal camera's field of view). */
  readonly masks?: string;
  readonly maskSuffix?: string;
}

/** An image file and its label file. */
export interface Pair {
  /** The image's path relative to the data's folder, with forward slashes. */
  readonly id: string;
  /** Absolute paths. */
  readonly image: string;
  readonly label: string;
  /** Where it is 0, the pixel does not count; undefined without masks. */
  readonly mask: string | undefined;
  /** What named the pair, for messages: the line of a list, or the image itself. */
  readonly origin: string;
}

/** The files that a sample is read from. */
export function filesOf({ image, label, mask }: Pair): readonly string[] {
  return mask === undefined ? [image, label] : [image, label, mask];
}
