import type { Problem } from '@auto-seg-loss/kernel';
import { showPath, showValue } from '@auto-seg-loss/schema';

/** Everything in a value that JSON cannot hold: functions of a code config, `.nan` and `.inf` of YAML. */
export function notJson(value: unknown, path: readonly PropertyKey[] = []): readonly Problem[] {
  if (value === undefined || value === null || typeof value === 'string' || typeof value === 'boolean') return [];
  if (typeof value === 'number' && Number.isFinite(value)) return [];
  if (Array.isArray(value)) return value.flatMap((item, index) => notJson(item, [...path, index]));
  if (typeof value === 'object' && isPlain(value)) {
    return Object.entries(value).flatMap(([key, item]) => notJson(item, [...path, key]));
  }
  return [{ where: showPath('', path), expected: 'a value that JSON can hold', received: showValue(value) }];
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype || Object.getPrototypeOf(prototype) === null;
}
