import { closest, distance } from 'fastest-levenshtein';

/** No name that is meant is as long. */
const LONGEST_NAME = 100;

/** The valid name that was probably meant, or undefined where none is near: at most a third of the letters differ, or 2. */
export function nearestName(name: string, valid: readonly string[]): string | undefined {
  if (valid.length === 0 || name.length > LONGEST_NAME) return undefined;
  const lower = name.toLowerCase();
  const byLower = new Map(valid.map((candidate) => [candidate.toLowerCase(), candidate]));
  const best = closest(lower, [...byLower.keys()]);
  const allowed = Math.max(2, Math.floor(lower.length / 3));
  return distance(lower, best) <= allowed ? byLower.get(best) : undefined;
}

/** `Did you mean "ppo"?`, or undefined where no valid name is near. */
export function didYouMean(name: string, valid: readonly string[]): string | undefined {
  const nearest = nearestName(name, valid);
  return nearest === undefined ? undefined : `Did you mean "${nearest}"?`;
}
