import { canonicalJson, shellWord } from '@auto-seg-loss/kernel';

/** A place where two configs differ. */
export interface Difference {
  /** `searcher.rounds`, `guards.0.drop`: as `--set` takes it. */
  readonly where: string;
  readonly before: unknown;
  readonly now: unknown;
}

/** Where two JSON values differ, down to their fields. */
export function differences(before: unknown, now: unknown, where = ''): readonly Difference[] {
  if (isTree(before) && isTree(now)) {
    const keys = [...new Set([...Object.keys(before), ...Object.keys(now)])];
    return keys.flatMap((key) => differences(before[key], now[key], where === '' ? key : `${where}.${key}`));
  }
  if (Array.isArray(before) && Array.isArray(now) && before.length === now.length)
    return before.flatMap((each, index) => differences(each, now[index], `${where}.${index}`));
  return same(before, now) ? [] : [{ where, before, now }];
}

/** As a person would type it: `--set searcher.rounds=12`. */
export function asSet({ where, now }: Difference): string {
  return `--set ${shellWord(`${where}=${typeof now === 'string' ? now : JSON.stringify(now)}`)}`;
}

export function same(a: unknown, b: unknown): boolean {
  if (a === undefined || b === undefined) return a === b;
  return canonicalJson(a as never) === canonicalJson(b as never);
}

function isTree(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
