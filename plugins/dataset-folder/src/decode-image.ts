import { AslError } from '@auto-seg-loss/kernel';
import type { Decoded } from './decoded.ts';

/**
 * Decodes an image to RGB, [h, w, 3], 8 bits.
 * @throws AslError ASL_DATA_INVALID for a truncated or broken file, or one that is no image.
 */
export async function decodeImage(bytes: Uint8Array, file: string): Promise<Decoded> {
  // Loaded on first use: a run whose samples are all cached needs no image library.
  const { default: sharp } = await import('sharp');
  try {
    const { data, info } = await sharp(bytes, { failOn: 'error', limitInputPixels: 2 ** 28 })
      .removeAlpha()
      .toColourspace('srgb')
      .raw()
      .toBuffer({ resolveWithObject: true });
    if (info.channels !== 3) throw new Error(`${info.channels} channels after the conversion to RGB`);
    return { height: info.height, width: info.width, data: new Uint8Array(data.buffer, data.byteOffset, data.length) };
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
