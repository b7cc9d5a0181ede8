import { defaultClaims, type MetricClaims } from '@auto-seg-loss/kernel';

/**
 * How an author takes back a claim that a metric makes without saying so, in code.
 * @param claims what the metric claims. @param less what it is to claim in its place.
 */
export function withdrawal(claims: MetricClaims, less: Partial<MetricClaims>): string {
  const code = showClaims(less);
  const own = Object.entries(claims).some(
    ([name, value]) => !(name in less) && value !== defaultClaims[name as keyof MetricClaims],
  );
  return `if it is not meant to hold, add ${own ? `"${code}" to what claims returns` : `"claims: () => ({ ${code} }),"`}`;
}

/** How an author takes back a claim that the metric says. */
export function removal(claimed: Partial<MetricClaims>): string {
  return `if it is not meant to hold, take "${showClaims(claimed)}" out of what claims returns`;
}

function showClaims(claims: Partial<MetricClaims>): string {
  const words = Object.entries(claims).map(
    ([name, value]) => `${name}: ${typeof value === 'string' ? `'${value}'` : value}`,
  );
  return words.join(', ');
}
