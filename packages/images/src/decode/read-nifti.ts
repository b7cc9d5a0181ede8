import { readHeader } from 'nifti-reader-js';
import { gunzip, peekGzip } from './inflate.ts';
import { maximumOf, type NumberType, readNumbers, sizeOf } from './numbers.ts';
import type { Raster } from './raster.ts';
import { checkSize } from './size-limit.ts';
import { BrokenFile, CutShort, NotRead } from './unusable.ts';

/** NIfTI's numbers for what a voxel is. */
const TYPES: Readonly<Record<number, NumberType>> = {
  2: 'uint8',
  4: 'int16',
  8: 'int32',
  16: 'float32',
  64: 'float64',
  256: 'int8',
  512: 'uint16',
  768: 'uint32',
  1024: 'int64',
  1280: 'uint64',
};
// A header of NIfTI-2, the longer one, with what says whether extensions follow.
const HEADER_LENGTH = 544;
// Values that are a slope times a voxel miss whole numbers by what float32 rounds.
const TOLERANCE = 1e-3;
const PAIRED = ['ni1', 'ni2'];

/** Whether a file, or what a gzip file holds, begins as NIfTI does. */
export function isNifti(file: Uint8Array): boolean {
  const bytes = file[0] === 0x1f ? peekGzip(file, HEADER_LENGTH) : file;
  return ['n+1', 'n+2', ...PAIRED].includes(magic(bytes));
}

function magic(bytes: Uint8Array): string {
  const text = (at: number): string => String.fromCharCode(...bytes.subarray(at, at + 3));
  return text(4).endsWith('2') ? text(4) : text(344);
}

/** What a NIfTI file's header says. */
interface Header {
  readonly type: NumberType;
  readonly littleEndian: boolean;
  readonly shape: readonly [slices: number, height: number, width: number];
  /** Of a voxel, along z, y and x. */
  readonly spacing: readonly [number, number, number];
  /** Rows of the transform from voxels (x, y, z, 1) to millimetres. */
  readonly affine: readonly (readonly number[])[];
  /** Where the voxels begin. */
  readonly offset: number;
  readonly slope: number;
  readonly intercept: number;
}

/** @param bytes a file, or so much of its beginning that the header is in it. */
export function readNiftiHeader(bytes: Uint8Array): Header {
  const start = bytes[0] === 0x1f ? peekGzip(bytes, HEADER_LENGTH) : bytes.subarray(0, HEADER_LENGTH);
  if (PAIRED.includes(magic(start)))
    throw new NotRead('the header of a NIfTI pair (.hdr with .img)', 'save it as one file, .nii');
  const header = readHeader(Uint8Array.from(start).buffer);
  const { datatypeCode, littleEndian, pixDims, affine, scl_slope: slope, scl_inter: intercept } = header;
  const type = TYPES[datatypeCode];
  if (type === undefined)
    throw new NotRead(`a NIfTI of voxels of kind ${datatypeCode}`, 'save it with whole numbers, such as int16');
  const offset = header.vox_offset;
  if (!Number.isInteger(offset) || offset < 348) throw new BrokenFile('its voxels begin within its header');
  const [, x = 1, y = 1, z = 1] = pixDims;
  const shape = volume(header.dims);
  return { type, littleEndian, shape, spacing: [z, y, x], affine, offset, slope, intercept };
}

/**
 * Reads a volume's values: voxels times the header's slope plus its intercept, [z, y, x].
 * @param bytes .nii, or .nii.gz, whose checksum is checked.
 */
export function readNifti(bytes: Uint8Array, maximumPixels: number): Raster {
  const { type, littleEndian, shape, offset, slope, intercept } = readNiftiHeader(bytes);
  const [slices, height, width] = shape;
  checkSize(shape, maximumPixels);
  const end = offset + slices * height * width * sizeOf(type);
  const whole = bytes[0] === 0x1f ? gunzip(bytes, end, 2 ** 20) : bytes;
  if (whole.length < end) throw new CutShort();
  const voxels = readNumbers(whole.subarray(offset, end), type, littleEndian);
  const size = { height, width, slices, channels: 1, alpha: false, tolerance: TOLERANCE, name: `${type} NIfTI` };
  // A slope of zero, and what is no number, say that there is none.
  if (!Number.isFinite(slope) || slope === 0 || (slope === 1 && intercept === 0))
    return { ...size, data: voxels, maximum: maximumOf(type) };
  if (!Number.isFinite(intercept)) throw new BrokenFile(`its header has the intercept ${intercept}`);
  const scaled = Float64Array.from({ length: voxels.length }, (_, i) => Number(voxels[i]) * slope + intercept);
  return { ...size, data: scaled, maximum: Number.POSITIVE_INFINITY, name: `scaled ${type} NIfTI` };
}

/** The header's extents are x, y, z and further ones, after how many there are. */
function volume([count = 0, ...extents]: readonly number[]): [slices: number, height: number, width: number] {
  if (count < 1 || count > 7) throw new BrokenFile(`its header says ${count} axes`);
  const [width = 1, height = 1, slices = 1, ...others] = extents.slice(0, count);
  if (others.some((extent) => extent > 1))
    throw new NotRead(
      `a NIfTI of more than one volume, ${extents.slice(0, count).join(' × ')}`,
      'save the volume that is meant as a file of its own',
    );
  return [slices, height, width];
}
