/** Pixels; or a share of the image's diagonal, rounded to pixels and at least 1. */
export type Distance = number | { readonly diagonal: number };

/**
 * A distance in an image of this size. Halves are rounded to even, as in the published code of Boundary IoU (Cheng et al.,
 * CVPR 2021), which is Python.
 * @returns whole pixels.
 */
export function pixelsOf(distance: Distance, height: number, width: number): number {
  if (typeof distance === 'number') return distance;
  const exact = distance.diagonal * Math.sqrt(height ** 2 + width ** 2);
  const below = Math.floor(exact);
  const rounded = exact - below === 0.5 ? below + (below % 2) : Math.round(exact);
  return Math.max(1, rounded);
}
