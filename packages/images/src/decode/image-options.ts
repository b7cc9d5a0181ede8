export interface ImageOptions {
  /**
   * Values that become 0 and 255, the same for all images: needed for floats and signed or long integers, taken for 16 bits
   * too, of which cameras and scanners often fill 10, 12 or 14.
   */
  readonly range?: readonly [low: number, high: number];
  /**
   * Whether the orientation that a camera noted (EXIF) is applied. 'auto' (default): if the label beside the image has the
   * turned size and not the stored one.
   */
  readonly orientation?: 'auto' | 'apply' | 'ignore';
  /** A file whose header promises more is refused before memory is taken for it. Default: 2^28. */
  readonly maximumPixels?: number;
  /** How messages write these options; by default as a config does. */
  readonly names?: ImageOptionNames;
}

/** How the options are written where the user is: in a config, or on the command line. */
export interface ImageOptionNames {
  readonly range: string;
  readonly rangeOf: (low: number, high: number) => string;
  readonly orientation: (choice: 'apply') => string;
}

export const CONFIG_NAMES: ImageOptionNames = {
  range: 'images.range',
  rangeOf: (low, high) => `images.range: [${low}, ${high}]`,
  orientation: (choice) => `images.orientation: "${choice}"`,
};

export interface DecodedImage {
  readonly height: number;
  readonly width: number;
  /** RGB, [h, w, 3], 0 to 255. */
  readonly data: Uint8Array;
  /** What had to be decided, in sentences for the person whose picture it is; most pictures need none. */
  readonly notes: readonly string[];
}
