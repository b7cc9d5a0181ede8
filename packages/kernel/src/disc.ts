import { type Distance, pixelsOf } from './distance.ts';

/**
 * A Euclidean disc: the pixels whose middles are at most `disc` from that of a pixel. In the unit of the spacing, which by
 * default is the pixel's side.
 */
export interface Disc {
  /** The radius, from 0. */
  readonly disc: number;
  /** Between the middles of neighbours, from row to row and from column to column; both above 0. Default [1, 1]. */
  readonly spacing?: readonly [rows: number, columns: number];
}

/** What is near a pixel: a square with as many pixels to each side, or a disc. */
export type Reach = Distance | Disc;

/**
 * The pixels near a pixel, in an image of known size: a number is a square's pixels to each side; of other windows, how many
 * pixels belong to it on either side in the middle row, in the rows one from it, and so on. They never rise.
 */
export type Window = number | readonly number[];

/** What rounding may take from a distance that is tolerated exactly: 10 pixels of 0.3 mm are 3 mm. */
const ROUNDING = 1e-9;

export function isDisc(reach: Reach): reach is Disc {
  return typeof reach === 'object' && 'disc' in reach;
}

/** How many pixels a disc has on either side in the middle row, and in each row after it. */
export function discWidths({ disc, spacing: [row, column] = [1, 1] }: Disc): readonly number[] {
  const last = Math.floor(disc / row + ROUNDING);
  return Array.from({ length: last + 1 }, (_, y) => {
    const left = disc * disc - row * y * (row * y);
    return Math.floor(Math.sqrt(Math.max(0, left)) / column + ROUNDING);
  });
}

/** The window of a reach in an image of this size. A disc that is a square is one. */
export function windowOf(reach: Reach, height: number, width: number): Window {
  if (!isDisc(reach)) return pixelsOf(reach, height, width);
  const widths = discWidths(reach);
  const last = widths.length - 1;
  return widths.every((each) => each === last) ? last : widths;
}
