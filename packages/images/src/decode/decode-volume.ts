import { explain } from './explain.ts';
import { fileKind } from './file-kind.ts';
import { kindOf } from './raster.ts';
import { readNifti, readNiftiHeader } from './read-nifti.ts';
import { NotRead, unusable } from './unusable.ts';
import { placeOf } from './whole-values.ts';

/** How a volume of voxels is laid out. */
export interface VolumeShape {
  /** Numbers of voxels along z, y and x: NIfTI's axes in the opposite order. */
  readonly shape: readonly [z: number, y: number, x: number];
  /** Extent of a voxel along them, mostly in millimetres. */
  readonly spacing: readonly [z: number, y: number, x: number];
  /** Rows of the transform from voxels (x, y, z, 1) to millimetres. */
  readonly affine: readonly (readonly number[])[];
}

/** A volume of intensities. */
export interface Volume extends VolumeShape {
  /** [z, y, x], all finite. */
  readonly data: Float32Array;
  /** "int16 NIfTI". */
  readonly kind: string;
}

const READ = 'a NIfTI volume (.nii, .nii.gz)';

/** So much of a file's beginning holds the header, compressed or not. */
export const VOLUME_HEADER_BYTES = 16_384;

/**
 * Reads how a volume is laid out. @param bytes the file, or at least its first `VOLUME_HEADER_BYTES`.
 * @throws AslError ASL_DATA_INVALID for what is no NIfTI of one volume.
 */
export function volumeShape(bytes: Uint8Array, file: string): VolumeShape {
  try {
    checkKind(bytes);
    const { shape, spacing, affine } = readNiftiHeader(bytes);
    return { shape, spacing: spacing.map(Math.abs) as unknown as VolumeShape['spacing'], affine };
  } catch (error) {
    throw explain(error, bytes, file, 'a volume', READ);
  }
}

/**
 * Decodes a volume of intensities: voxels times the header's slope plus its intercept.
 * @param maximumVoxels a file whose header promises more is refused before memory is taken for it.
 * @throws AslError ASL_DATA_INVALID for a file that is truncated, broken or of another kind, and for voxels that are no number.
 */
export function decodeVolume(
  bytes: Uint8Array,
  file: string,
  { maximumVoxels = 2 ** 27 }: { readonly maximumVoxels?: number } = {},
): Volume {
  const layout = volumeShape(bytes, file);
  try {
    const raster = readNifti(bytes, maximumVoxels);
    const data = Float32Array.from(raster.data as ArrayLike<number | bigint>, Number);
    const wrong = data.findIndex((value) => !Number.isFinite(value));
    if (wrong >= 0)
      throw unusable(file, 'a volume holds a voxel that is no number', {
        expected: 'an intensity at each voxel',
        received: `${data[wrong]} at ${placeOf(wrong, raster)}, in a ${kindOf(raster)}`,
        remedy: 'correct the file: what is no number has no brightness',
      });
    return { ...layout, data, kind: kindOf(raster) };
  } catch (error) {
    throw explain(error, bytes, file, 'a volume', READ);
  }
}

function checkKind(bytes: Uint8Array): void {
  const kind = fileKind(bytes);
  if (typeof kind === 'object') throw new NotRead(kind.none, kind.remedy);
  if (kind !== 'NIfTI') throw new NotRead(`a ${kind} file`, 'save it as NIfTI');
}
