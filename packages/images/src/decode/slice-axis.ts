import type { VolumeShape } from './decode-volume.ts';

/** An axis of a volume. */
export type Axis = 'x' | 'y' | 'z';

/** In the order of a volume's `shape`. */
export const AXES: readonly Axis[] = ['z', 'y', 'x'];

/** Spacings that differ by less are equal. */
const TOLERANCE = 1e-3;

/**
 * The axis along which volumes are cut into slices: that along which all have one voxel; else that of the largest spacing in the
 * middle of all volumes, so that the slices are as sharp as they can be; of equal ones z before y before x.
 * @param volumes at least one.
 */
export function sliceAxis(volumes: readonly VolumeShape[]): Axis {
  const flat = AXES.find((_, axis) => volumes.every(({ shape }) => shape[axis] === 1));
  if (flat !== undefined) return flat;
  const spacings = AXES.map((_, axis) => median(volumes.map(({ spacing }) => spacing[axis] ?? 0)));
  const largest = Math.max(...spacings);
  return AXES.find((_, axis) => (spacings[axis] ?? 0) >= largest * (1 - TOLERANCE)) ?? 'z';
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

/** How many slices a volume has along an axis, and how large they are. */
export function slicesAlong(
  { shape: [z, y, x] }: Pick<VolumeShape, 'shape'>,
  axis: Axis,
): { readonly slices: number; readonly height: number; readonly width: number } {
  if (axis === 'z') return { slices: z, height: y, width: x };
  return axis === 'y' ? { slices: y, height: z, width: x } : { slices: x, height: z, width: y };
}

/**
 * A slice of a volume, [h, w]. Its rows lie along z, or along y for slices along z; its columns along x, or along y for those along x.
 * @param data [z, y, x].
 */
export function sliceOf(
  data: ArrayLike<number>,
  { shape: [, y, x], shape }: Pick<VolumeShape, 'shape'>,
  axis: Axis,
  index: number,
): Uint8Array {
  const { height, width } = slicesAlong({ shape }, axis);
  const [start, row, column] =
    axis === 'z' ? [index * y * x, x, 1] : axis === 'y' ? [index * x, y * x, 1] : [index, y * x, x];
  const slice = new Uint8Array(height * width);
  for (let i = 0; i < height; i++)
    for (let j = 0; j < width; j++) slice[i * width + j] = data[start + i * row + j * column] as number;
  return slice;
}
