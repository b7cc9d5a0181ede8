import { explain } from './explain.ts';
import { fileKind } from './file-kind.ts';
import { labelOfRaster } from './label-of-raster.ts';
import type { LabelValues } from './label-values.ts';
import type { Raster } from './raster.ts';
import { readBmp } from './read-bmp.ts';
import { readGif } from './read-gif.ts';
import { readJpegLabel } from './read-jpeg-label.ts';
import { readNifti } from './read-nifti.ts';
import { readNpyLabel, readNpzLabel } from './read-npy-label.ts';
import { readPng } from './read-png.ts';
import { readTiff } from './read-tiff.ts';
import { NotRead } from './unusable.ts';

export interface LabelOptions {
  /** A file whose header promises more is refused before memory is taken for it. Default: 2^27. */
  readonly maximumPixels?: number;
}

const READ = 'a PNG, GIF, TIFF, BMP, .npy, .npz or NIfTI of class values';

/**
 * Reads a label file's values as they stand in it: of a palette picture the indices, of a volume the scaled voxels.
 * What the file is, its first bytes say.
 * @param file as messages name it.
 * @throws AslError ASL_DATA_INVALID for a file that is truncated, broken or of another kind, has transparent pixels, or
 * holds values that are no whole numbers.
 */
export async function decodeLabel(
  bytes: Uint8Array,
  file: string,
  { maximumPixels = 2 ** 27 }: LabelOptions = {},
): Promise<LabelValues> {
  try {
    return labelOfRaster(await readRaster(bytes, maximumPixels), file);
  } catch (error) {
    throw explain(error, bytes, file, 'a label', READ);
  }
}

function readRaster(bytes: Uint8Array, maximumPixels: number): Raster | Promise<Raster> {
  const kind = fileKind(bytes);
  switch (kind) {
    case 'PNG':
      return readPng(bytes, maximumPixels);
    case 'GIF':
      return readGif(bytes, maximumPixels);
    case 'TIFF':
      return readTiff(bytes, maximumPixels);
    case 'BMP':
      return readBmp(bytes, maximumPixels);
    case '.npy':
      return readNpyLabel(bytes, maximumPixels);
    case '.npz':
      return readNpzLabel(bytes, maximumPixels);
    case 'NIfTI':
      return readNifti(bytes, maximumPixels);
    case 'JPEG':
      return readJpegLabel(bytes, maximumPixels);
    case 'WebP':
    case 'AVIF':
      throw new NotRead(
        `a ${kind} picture`,
        'save the labels as PNG: programs write this format with loss unless told not to',
      );
  }
  throw new NotRead(kind.none, kind.remedy);
}
