/** The iteration at a share of a training: at least one, unless it is the beginning. */
export function iterationAt(share: number, iterations: number): number {
  return share === 0 ? 0 : Math.max(1, Math.round(share * iterations));
}
