/** A rounding of float64, and a few more that add up. */
const ROUNDING = 1e-9;

/**
 * A number that should lie in [0, 1] and does not, as it is shown: what only rounding put there is mended otherwise than a
 * wrong formula is.
 */
export function showOutside(value: number): string {
  const off = Math.max(value - 1, -value);
  return off <= ROUNDING
    ? `${value}, which is rounding: clamp it, as Math.min(1, Math.max(0, value)) does`
    : `${value}`;
}
