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
