import { LawBroken } from './law-broken.ts';

/**
 * Demands that two values are the same. Numbers are compared bit for bit (JSON would take -0 for 0 and NaN for null); what is
 * undefined is as what is not there.
 * @param what they are called, such as `snapshot`: the first place at which they differ is named from there, as
 *   `snapshot.best.theta[3]`. @param names of the two, such as "before" and "after".
 * @throws LawBroken with that place and what stands there in both.
 */
export function demandSame(
  one: unknown,
  other: unknown,
  what: string,
  names: readonly [one: string, other: string],
  numbers: Readonly<Record<string, unknown>> = {},
): void {
  const difference = firstDifference(one, other, what);
  if (difference === undefined) return;
  const { path, values } = difference;
  throw new LawBroken(`${path} is ${show(values[0])} ${names[0]}, ${show(values[1])} ${names[1]}`, numbers);
}

interface Difference {
  readonly path: string;
  readonly values: readonly [one: unknown, other: unknown];
}

/** Depth first. */
function firstDifference(one: unknown, other: unknown, path: string): Difference | undefined {
  if (Object.is(one, other)) return undefined;
  if (isList(one) && isList(other)) {
    for (let index = 0; index < Math.max(one.length, other.length); index++) {
      const found = Object.is(one[index], other[index])
        ? undefined
        : firstDifference(one[index], other[index], `${path}[${index}]`);
      if (found !== undefined) return found;
    }
    return undefined;
  }
  if (!isRecord(one) || !isRecord(other) || isList(one) || isList(other)) return { path, values: [one, other] };
  for (const key of new Set([...Object.keys(one), ...Object.keys(other)])) {
    const found = firstDifference(one[key], other[key], `${path}.${key}`);
    if (found !== undefined) return found;
  }
  return undefined;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

/** Arrays, and the typed arrays of images and variables. */
function isList(value: unknown): value is ArrayLike<unknown> {
  return Array.isArray(value) || (ArrayBuffer.isView(value) && 'length' in value);
}

/** More of a value than this is not shown. */
const LONGEST = 80;

function show(value: unknown): string {
  if (value === undefined) return 'not there';
  if (typeof value === 'number') return Object.is(value, -0) ? '-0' : String(value);
  const text = JSON.stringify(value) ?? String(value);
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}
