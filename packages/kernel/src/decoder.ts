/** Sizes of the image that is decoded. */
export interface DecodedImage {
  readonly classes: number;
  readonly height: number;
  readonly width: number;
}

/** Decides the class of each pixel of an image from the probabilities that a network gives. Pure: it keeps nothing. */
export interface Decoder {
  readonly name: string;
  /**
   * false: it decides for the most probable class of each pixel, of equal ones the lowest. Whoever has logits then need not make
   * probabilities of them, and takes their largest on the device.
   */
  readonly needsProbabilities: boolean;
  /**
   * @param probabilities [c, h, w], each in [0, 1], those of a pixel add up to 1 but for rounding; they stay as they are.
   * @returns the class of each pixel, [h, w].
   */
  decode(probabilities: Float32Array, image: DecodedImage): Uint8Array;
}

/** The most probable class of each pixel, of equal ones the lowest: what needs no decoder. */
export const mostProbable: Decoder = {
  name: 'argmax',
  needsProbabilities: false,
  decode: (probabilities, { classes, height, width }) => {
    const pixels = height * width;
    const best = new Uint8Array(pixels);
    const highest = probabilities.slice(0, pixels);
    for (let c = 1, at = pixels; c < classes; c++) {
      for (let pixel = 0; pixel < pixels; pixel++, at++) {
        const value = probabilities[at] as number;
        if (value <= (highest[pixel] as number)) continue;
        highest[pixel] = value;
        best[pixel] = c;
      }
    }
    return best;
  },
};
