/** The label of ignored pixels in every `Sample`, whatever it is in the files. */
export const IGNORE_LABEL = 255;

/** An image with its label, at the size of the files. */
export interface Sample {
  /** Unique within the data set; for files, the image's path relative to the data's folder. */
  readonly id: string;
  /** Pixels. */
  readonly height: number;
  readonly width: number;
  /** RGB, [h, w, 3], 0 to 255. */
  readonly image: Uint8Array;
  /** Class index of each pixel, [h, w]; IGNORE_LABEL where ignored. */
  readonly label: Uint8Array;
  /** What had to be decided to read its files, in sentences: that alpha was dropped, that a camera's orientation was not applied. */
  readonly notes?: readonly string[];
}

/** The images of a data set's part, in a fixed order. */
export interface Split {
  readonly ids: readonly string[];
  /**
   * What each sample belongs to, such as a patient or a volume: those of one group are never on both sides where a split is
   * divided. Without it, each is by itself.
   */
  readonly groups?: readonly string[];
  /** What had to be decided to find its samples, in sentences. */
  readonly notes?: readonly string[];
  /** Reads and checks one sample. @throws AslError ASL_DATA_MISSING or ASL_DATA_INVALID, naming the file. */
  read(index: number): Promise<Sample>;
}

/** How an image file becomes RGB of 8 bits. */
export interface ImageReading {
  /** Values that become 0 and 255, of floats and of integers of more than 8 bits. */
  readonly range?: readonly [low: number, high: number];
  /** Whether the orientation that a camera noted is applied; auto: where the label has the turned size. */
  readonly orientation?: 'auto' | 'apply' | 'ignore';
}

/**
 * Labelled images in two parts: `train`, which a search divides further into images to train on and images to take its
 * reward on, and `val`, which only reports see. A search needs no `val`: it may be empty.
 */
export interface Dataset {
  readonly name: string;
  /** Class names; their number is the number of classes, at most 255. */
  readonly classes: readonly string[];
  /** A colour for each class, for pictures. */
  readonly colors?: readonly (readonly [red: number, green: number, blue: number])[];
  /** The value that stands for each class in the label files, where there are such: what `asl predict --values labels` writes. */
  readonly labelValues?: readonly number[];
  /** How image files are read, as JSON: those that a trained network is applied to later are read so, too. */
  readonly imageReading?: ImageReading;
  readonly train: Split;
  readonly val: Split;
  /** A hash of what the data set consists of (options, file names and sizes): changed data is another data set. */
  fingerprint(): Promise<string>;
}
