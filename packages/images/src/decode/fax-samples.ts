import { loadSharp } from './load-sharp.ts';
import { BrokenFile } from './unusable.ts';

/**
 * The bits of a TIFF that is compressed with a fax code (CCITT group 3 or 4), 1 where it is white.
 * @returns [h, w], 0 and 1.
 */
export async function faxSamples(bytes: Uint8Array, height: number, width: number): Promise<Uint8Array> {
  const sharp = await loadSharp();
  const { data, info } = await sharp(bytes, { failOn: 'warning', limitInputPixels: false })
    .toColourspace('b-w')
    .raw()
    .toBuffer({ resolveWithObject: true });
  if (info.height !== height || info.width !== width || info.channels !== 1)
    throw new BrokenFile('its pixels are others than its header says');
  return Uint8Array.from(data, (value) => value & 1);
}
