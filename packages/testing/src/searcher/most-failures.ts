/**
 * The smallest number that a binomial count exceeds with a probability of at most `alarm`.
 * @param trials how often it is tried. @param chance of a failure each time, in (0, 1).
 */
export function mostFailures(trials: number, chance: number, alarm: number): number {
  let tail = 0;
  let term = trials * Math.log(chance); // ln P(count = trials)
  for (let count = trials; count > 0; count--) {
    tail += Math.exp(term);
    if (tail > alarm) return count;
    // P(count - 1) from P(count)
    term += Math.log(count / (trials - count + 1)) + Math.log((1 - chance) / chance);
  }
  return 0;
}
