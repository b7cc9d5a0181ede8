/** Whether a point is in the unit cube. */
export function isInCube(point: readonly number[]): boolean {
  return point.every((value) => value >= 0 && value <= 1);
}

/** The point of the unit cube that is nearest. */
export function intoCube(point: readonly number[]): readonly number[] {
  return point.map((value) => Math.min(1, Math.max(0, value)));
}

/**
 * Where the way from a point of the unit cube to any other leaves the cube, or the other point if it does not.
 *
 * @param from in the cube.
 */
export function shortenedIntoCube(from: readonly number[], to: readonly number[]): readonly number[] {
  const shares = to.map((end, axis) => {
    const start = from[axis] as number;
    if (end > 1) return (1 - start) / (end - start);
    return end < 0 ? start / (start - end) : 1;
  });
  const share = Math.min(...shares);
  // Rounding may leave the cube by a last digit.
  return intoCube(from.map((start, axis) => start + share * ((to[axis] as number) - start)));
}
