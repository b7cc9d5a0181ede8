import { AslError } from '@auto-seg-loss/kernel';
import { explain } from './explain.ts';
import { fileKind } from './file-kind.ts';
import { imageOfRaster } from './image-of-raster.ts';
import { CONFIG_NAMES, type DecodedImage, type ImageOptions } from './image-options.ts';
import type { Size } from './orientation.ts';
import { readPicture } from './picture.ts';
import { readPngChunks } from './png-chunks.ts';
import { readBmp } from './read-bmp.ts';
import { readPng } from './read-png.ts';
import { readTiff } from './read-tiff.ts';
import { checkSize } from './size-limit.ts';
import { tiffDepth, tiffPages } from './tiff-layout.ts';
import { NotRead } from './unusable.ts';

const READ = 'a PNG, JPEG, WebP, TIFF, GIF, AVIF or BMP picture';

/**
 * Decodes an image to RGB, [h, w, 3], 8 bits. Grey becomes RGB, alpha is dropped, 16 bits are divided by 257 or scaled by
 * `range`. What had to be decided stands in its notes.
 * @param file as messages name it.
 * @param labelSize of the label beside it, for the orientation 'auto'.
 * @throws AslError ASL_DATA_INVALID for a truncated or broken file, one that is no image, other channels than grey or RGB,
 * and floats or other numbers without a range or outside of it; ASL_OPTIONS_INVALID for a range that is none.
 */
export async function decodeImage(
  bytes: Uint8Array,
  file: string,
  options: ImageOptions = {},
  labelSize?: Size,
): Promise<DecodedImage> {
  checkRange(options);
  try {
    return await readImage(bytes, file, options, labelSize);
  } catch (error) {
    throw explain(error, bytes, file, 'an image', READ);
  }
}

async function readImage(
  bytes: Uint8Array,
  file: string,
  { range, orientation, maximumPixels = 2 ** 28, names = CONFIG_NAMES }: ImageOptions,
  label: Size | undefined,
): Promise<DecodedImage> {
  const kind = fileKind(bytes);
  const unused =
    range === undefined ? [] : [`${names.range} was not used: what is white is clear in this kind of file`];
  if (typeof kind === 'object') throw new NotRead(kind.none, kind.remedy);
  const picture = (notes: readonly string[] = [], shorts = false): Promise<DecodedImage> =>
    withNotes(readPicture(bytes, { orientation, maximumPixels, shorts, names }, label), [...notes, ...unused]);
  switch (kind) {
    case 'BMP':
      return withNotes(imageOfRaster(readBmp(bytes, maximumPixels), undefined, file, names), unused);
    case 'PNG': {
      // The image library passes some damaged files on; their checksums do not.
      const { header, animated } = readPngChunks(bytes);
      checkSize([header.height, header.width], maximumPixels);
      if (header.depth === 16 && range !== undefined && !animated)
        return imageOfRaster(readPng(bytes, maximumPixels), range, file, names);
      return picture(animated ? ['of its frames the first was taken'] : [], header.depth === 16);
    }
    case 'TIFF': {
      const pages = tiffPages(bytes);
      const depth = tiffDepth(pages);
      const notes = pages.pages > 1 ? [`of its ${pages.pages} pages the first was taken`] : [];
      if (depth === 'other' || (depth === 'shorts' && range !== undefined)) {
        const raster = await readTiff(bytes, maximumPixels, 'first');
        return withNotes(imageOfRaster(raster, range, file, names), notes);
      }
      return picture(notes, depth === 'shorts');
    }
    case '.npy':
    case '.npz':
    case 'NIfTI':
      throw new NotRead(`a ${kind} file`, 'save the images as PNG or TIFF');
    default:
      return picture();
  }
}

async function withNotes(image: DecodedImage | Promise<DecodedImage>, notes: readonly string[]): Promise<DecodedImage> {
  const decoded = await image;
  return notes.length === 0 ? decoded : { ...decoded, notes: [...notes, ...decoded.notes] };
}

function checkRange({ range, names = CONFIG_NAMES }: ImageOptions): void {
  if (range === undefined || (range.every(Number.isFinite) && range[0] < range[1])) return;
  throw new AslError('ASL_OPTIONS_INVALID', 'a range of image values is none', {
    where: names.range,
    expected: '[low, high], two numbers of which the first is smaller',
    received: JSON.stringify(range),
  });
}
