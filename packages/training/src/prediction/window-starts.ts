/**
 * Where windows begin along an axis, in pixels: as few as overlap by `overlap` of their length at least, at equal distances
 * but for rounding, the first at the axis's start and the last at its end (as nnU-Net's `compute_steps_for_sliding_window`).
 * @param length of the axis, at least the window's. @param overlap in [0, 1).
 */
export function windowStarts(length: number, window: number, overlap: number): readonly number[] {
  const room = length - window;
  // Windows less than a pixel apart would be the same.
  const furthest = Math.max(1, window * (1 - overlap));
  const steps = Math.ceil(room / furthest);
  return Array.from({ length: steps + 1 }, (_, index) => (steps === 0 ? 0 : Math.round((room * index) / steps)));
}
