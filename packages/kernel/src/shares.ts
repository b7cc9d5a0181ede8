/**
 * Ascending values in [0, 1] from shares in [0, 1]: each value is the one before it plus its share of what remains,
 * c_i = c_{i-1} + r_i·(1 - c_{i-1}), with c_{-1} = 0. The search space of Auto Seg-Loss (Li et al., ICLR 2021, section 3.3).
 */
export function fromShares(shares: readonly number[]): number[] {
  let value = 0;
  return shares.map((share) => {
    value += share * (1 - value);
    return value;
  });
}

/** The shares that `fromShares` makes these ascending values of; 0 where nothing remains. */
export function toShares(values: readonly number[]): number[] {
  let previous = 0;
  return values.map((value) => {
    const remaining = 1 - previous;
    const share = remaining > 0 ? Math.min(1, Math.max(0, (value - previous) / remaining)) : 0;
    previous = value;
    return share;
  });
}
