import type { Json, Problem } from '@auto-seg-loss/kernel';

/** Of a value that is shown. */
const LONGEST = 80;

/** What differs between two JSON values, by path, such as `training.iterations`; the first is what is expected. */
export function jsonDifferences(before: Json, now: Json, where = ''): readonly Problem[] {
  if (isObject(before) && isObject(now)) {
    const keys = [...new Set([...Object.keys(before), ...Object.keys(now)])];
    return keys.flatMap((key) =>
      jsonDifferences(before[key] ?? null, now[key] ?? null, where === '' ? key : `${where}.${key}`),
    );
  }
  const [expected, received] = [JSON.stringify(before), JSON.stringify(now)];
  return expected === received ? [] : [{ where, expected: shortened(expected), received: shortened(received) }];
}

function shortened(text: string): string {
  return text.length <= LONGEST ? text : `${text.slice(0, LONGEST - 1)}…`;
}

function isObject(value: Json): value is Readonly<Record<string, Json>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
