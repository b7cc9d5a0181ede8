import { AslError } from '@auto-seg-loss/kernel';

export interface ImageOptions {
  /** Values that become 0 and 255: needed for pictures of floats, taken for integers of more than 8 bits too. */
  readonly range?: readonly [low: number, high: number];
  /** Whether the orientation that a camera noted (EXIF) is applied. 'auto' (default): if the label has the turned size. */
  readonly orientation?: 'auto' | 'apply' | 'ignore';
  /** A file whose header promises more is refused before memory is taken for it. Default: 2^28. */
  readonly maximumPixels?: number;
}

export interface DecodedImage {
  readonly height: number;
  readonly width: number;
  /** RGB, [h, w, 3], 0 to 255. */
  readonly data: Uint8Array;
  /** What had to be decided, for the person whose picture it is. */
  readonly notes: readonly string[];
}

/**
 * Decodes an image to RGB, [h, w, 3], 8 bits.
 * @param file as messages name it.
 * @param labelSize of the label beside it, for the orientation 'auto'.
 * @throws AslError ASL_DATA_INVALID for a truncated or broken file, or one that is no image.
 */
export async function decodeImage(
  bytes: Uint8Array,
  file: string,
  options: ImageOptions = {},
  _labelSize?: { readonly height: number; readonly width: number },
): Promise<DecodedImage> {
  // Loaded on first use: a run whose samples are all cached needs no image library.
  const { default: sharp } = await import('sharp');
  try {
    const { data, info } = await sharp(bytes, { failOn: 'error', limitInputPixels: options.maximumPixels ?? 2 ** 28 })
      .removeAlpha()
      .toColourspace('srgb')
      .raw()
      .toBuffer({ resolveWithObject: true });
    if (info.channels !== 3) throw new Error(`${info.channels} channels after the conversion to RGB`);
    const pixels = new Uint8Array(data.buffer, data.byteOffset, data.length);
    return { height: info.height, width: info.width, data: pixels, notes: [] };
  } catch (cause) {
    throw new AslError('ASL_DATA_INVALID', 'an image cannot be decoded', {
      where: file,
      expected: 'a whole PNG, JPEG, WebP, TIFF, GIF or AVIF image',
      received: `${bytes.length} bytes: ${cause instanceof Error ? cause.message.trim() : String(cause)}`,
      remedy: 'the file is truncated or broken: copy it again from the source, or take it out of the data set',
      cause,
    });
  }
}
