/** So much of a coordinate at either side means that a loss has no weight, or all that is left: both have a volume of their own. */
const MARGIN = 0.1;
/** Digits behind the point: what is smaller is 0, and never a weight that float32 cannot hold. */
const DIGITS = 9;

/**
 * The weights of a mix, which add up to 1: each loss but the first takes a share of what those before it left, and the first has
 * the rest.
 * @param theta a coordinate for each loss but the first. @returns one weight for each, the first's first.
 */
export function mixWeights(theta: readonly number[]): readonly number[] {
  let left = 1;
  const taken = theta.map((coordinate) => {
    const weight = rounded(left * rounded(Math.min(1, Math.max(0, (coordinate - MARGIN) / (1 - 2 * MARGIN)))));
    left = rounded(left - weight);
    return weight;
  });
  return [left, ...taken];
}

/** The coordinates of weights that add up to 1; of one that is 0 or all that is left, the end of the range that means so. */
export function mixCoordinates([, ...weights]: readonly number[]): readonly number[] {
  let left = 1;
  return weights.map((weight) => {
    const share = left > 0 ? Math.min(1, weight / left) : 0;
    left = Math.max(0, left - weight);
    return MARGIN + (1 - 2 * MARGIN) * share;
  });
}

function rounded(value: number): number {
  return Number(value.toFixed(DIGITS));
}
