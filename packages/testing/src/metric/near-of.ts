import { isDisc, pixelsOf, type Reach } from '@auto-seg-loss/kernel';

/** How many rows and columns a reach goes at most, and whether a pixel so many rows and columns off belongs to it. */
export function nearOf(
  reach: Reach,
  height: number,
  width: number,
): readonly [down: number, right: number, isNear: (rows: number, columns: number) => boolean] {
  if (!isDisc(reach)) {
    const side = pixelsOf(reach, height, width);
    return [side, side, () => true];
  }
  const { disc, spacing: [row, column] = [1, 1] } = reach;
  // A distance that is the radius but for rounding belongs to the disc.
  const isNear = (rows: number, columns: number) => Math.hypot(rows * row, columns * column) <= disc * (1 + 1e-9);
  return [Math.ceil(disc / row), Math.ceil(disc / column), isNear];
}
