/** An image with its label, as nnU-Net names it: a picture, or a volume. */
export interface Case {
  /** "hippocampus_001" */
  readonly id: string;
  /** Absolute paths: a file for each channel in their order, or one that holds all of them. */
  readonly images: readonly [string, ...string[]];
  readonly label: string;
}

/** The files that a case is read from. */
export function filesOfCase({ images, label }: Case): readonly string[] {
  return [...images, label];
}
