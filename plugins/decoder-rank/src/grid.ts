/** Of a float64. */
const FRACTION_BITS = 52;

/**
 * A number that rounds probabilities, `p + grid - grid`, to multiples of a power of two so fine that a sum of as many as there
 * are pixels is exact: it then does not depend on their order. For 2 million pixels the multiples are of 2^-30.
 */
export function gridFor(pixels: number): number {
  const bits = FRACTION_BITS - Math.ceil(Math.log2(pixels + 1));
  return 1.5 * 2 ** (FRACTION_BITS - bits);
}
