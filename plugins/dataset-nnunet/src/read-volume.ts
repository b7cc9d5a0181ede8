import {
  decodeLabel,
  decodeVolume,
  type LabelReading,
  percentileWindow,
  readClasses,
  type VolumeShape,
  volumeShape,
  type Window,
  windowed,
} from '@auto-seg-loss/images';
import { AslError } from '@auto-seg-loss/kernel';
import { readDataFile } from '@auto-seg-loss/samples';
import type { Case } from './case.ts';

/** How volumes are read. */
export interface VolumeReading {
  readonly labels: LabelReading;
  /** Intensities that become 0 and 255; undefined for those that hold 99 % of each volume's voxels. */
  readonly range: Window | undefined;
  readonly maximumPixels: number | undefined;
}

/** A case's voxels. */
export interface LabelledVolume {
  readonly shape: VolumeShape['shape'];
  /** One channel, grey, or three: red, green and blue. Each [z, y, x], 0 to 255. */
  readonly channels: readonly Uint8ClampedArray[];
  /** Class indices, IGNORE_LABEL where ignored, [z, y, x]. */
  readonly classes: Uint8Array;
  /** What had to be decided, in sentences. */
  readonly notes: readonly string[];
}

/**
 * Reads a case whole.
 * @throws AslError ASL_DATA_MISSING and ASL_DATA_INVALID, naming the file: one that cannot be decoded, sizes that differ, values that
 *   are no class.
 */
export async function readVolume(
  case_: Case,
  { labels, range, maximumPixels }: VolumeReading,
): Promise<LabelledVolume> {
  const limit = maximumPixels === undefined ? {} : { maximumPixels };
  const [first, ...others] = case_.images;
  const image = await readChannel(first, range, limit);
  const channels = [image.bytes];
  for (const file of others) {
    const { shape, bytes } = await readChannel(file, range, limit);
    checkShape(shape, image.shape, file, first);
    channels.push(bytes);
  }
  const contents = await readDataFile(case_.label);
  const label = await decodeLabel(contents, case_.label, limit);
  checkShape([label.slices, label.height, label.width], image.shape, case_.label, first);
  const placed = samePlace(volumeShape(contents, case_.label), image);
  return {
    shape: image.shape,
    channels,
    classes: readClasses(label, labels, case_.label),
    notes: placed
      ? []
      : ["its label's header puts the voxels elsewhere in space than its image's: they were taken as they are stored"],
  };
}

async function readChannel(
  file: string,
  range: Window | undefined,
  { maximumPixels }: { readonly maximumPixels?: number },
): Promise<VolumeShape & { readonly bytes: Uint8ClampedArray }> {
  const limit = maximumPixels === undefined ? {} : { maximumVoxels: maximumPixels };
  const { data, ...layout } = decodeVolume(await readDataFile(file), file, limit);
  return { ...layout, bytes: windowed(data, range ?? percentileWindow(data)) };
}

/** Whether the voxels of two volumes lie in the same places but for half a voxel; shown to people, who may know better. */
function samePlace(a: VolumeShape, b: VolumeShape): boolean {
  const [z, y, x] = a.shape;
  const corners = [0, 1, 2, 3, 4, 5, 6, 7].map((corner) => [
    corner & 1 ? x - 1 : 0,
    corner & 2 ? y - 1 : 0,
    corner & 4 ? z - 1 : 0,
  ]);
  const place = ({ affine }: VolumeShape, corner: readonly number[]): readonly number[] =>
    [0, 1, 2].map((row) => {
      const [i = 0, j = 0, k = 0, origin = 0] = affine[row] ?? [];
      return i * (corner[0] ?? 0) + j * (corner[1] ?? 0) + k * (corner[2] ?? 0) + origin;
    });
  const half = Math.min(...a.spacing) / 2;
  return corners.every((corner) => {
    const other = place(b, corner);
    return place(a, corner).every((value, axis) => Math.abs(value - (other[axis] ?? 0)) <= half);
  });
}

function checkShape(
  [z, y, x]: VolumeShape['shape'],
  [depth, height, width]: VolumeShape['shape'],
  file: string,
  other: string,
): void {
  if (z === depth && y === height && x === width) return;
  throw new AslError('ASL_DATA_INVALID', "a case's files have different sizes", {
    where: file,
    expected: `${width} × ${height} × ${depth} voxels (x × y × z), as ${other}`,
    received: `${x} × ${y} × ${z} voxels`,
    remedy: 'resample the files of the case to one grid (labels by nearest neighbour)',
  });
}
