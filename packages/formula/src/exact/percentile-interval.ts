/** From where to where 95 % of the values lie. */
export type Interval = readonly [low: number, high: number];

const SHARE = 0.95;

/** The middle 95 % of values, between order statistics where need be; null for none. */
export function percentileInterval(values: readonly number[]): Interval | null {
  if (values.length === 0) return null;
  const sorted = Float64Array.from(values).sort();
  const at = (share: number): number => {
    const place = share * (sorted.length - 1);
    const below = Math.floor(place);
    const low = sorted[below] as number;
    const high = sorted[Math.min(below + 1, sorted.length - 1)] as number;
    return low + (place - below) * (high - low);
  };
  return [at((1 - SHARE) / 2), at((1 + SHARE) / 2)];
}
