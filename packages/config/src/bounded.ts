/** Far beyond what anybody writes; what comes after parsing works on each value, and goes down as deep as values are nested. */
const MOST_VALUES = 50_000;
const DEEPEST = 64;

/**
 * What a value is too much of; undefined for one that people write. A part that is met again (by an alias of YAML) counts each
 * time, and a circle has no end.
 */
export function excessOf(value: unknown): string | undefined {
  let values = 0;
  const waiting: { readonly value: unknown; readonly depth: number }[] = [{ value, depth: 0 }];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (++values > MOST_VALUES) return `more than ${MOST_VALUES} values`;
    if (typeof next.value !== 'object' || next.value === null) continue;
    if (next.depth >= DEEPEST) return `more than ${DEEPEST} levels`;
    for (const each of Object.values(next.value)) waiting.push({ value: each, depth: next.depth + 1 });
  }
  return undefined;
}
