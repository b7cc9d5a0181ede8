/** An image file and its label file. */
export interface Pair {
  /** The image's path relative to the data's folder, with forward slashes. */
  readonly id: string;
  /** Absolute paths. */
  readonly image: string;
  readonly label: string;
  /** What named the pair, for messages: the line of a list, or the image itself. */
  readonly origin: string;
}
