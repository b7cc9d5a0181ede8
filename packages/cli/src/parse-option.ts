import { InvalidArgumentError } from 'commander';

/** Makes a parser of whole numbers, from `min` on. */
export function wholeNumber(min: number, max: number = Number.MAX_SAFE_INTEGER): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() !== '' && Number.isSafeInteger(value) && value >= min && value <= max) return value;
    const range = max === Number.MAX_SAFE_INTEGER ? `at least ${min}` : `from ${min} to ${max}`;
    throw new InvalidArgumentError(`It must be a whole number, ${range}.`);
  };
}

/** Of an option that may be repeated: all that was given. */
export function collected(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}

/** The path of a folder. `""` would be the current one, which a variable that is not set means by mistake. */
export function folderPath(text: string): string {
  if (text.trim() !== '') return text;
  throw new InvalidArgumentError('It must name a folder; the current one is ".".');
}

/** Of an option that takes several: all that were given. */
export function folderPaths(text: string, before: readonly string[] = []): readonly string[] {
  return [...before, folderPath(text)];
}

/** `0.01,0.05` → its numbers, each above 0. */
export function positiveNumbers(text: string): readonly number[] {
  const values = text.split(',').map((part) => (part.trim() === '' ? Number.NaN : Number(part)));
  if (values.every((value) => value > 0 && Number.isFinite(value))) return [...new Set(values)];
  throw new InvalidArgumentError('It must be numbers above 0, joined by commas.');
}

/** `miou,biou` → its names. */
export function nameList(text: string): readonly string[] {
  const names = text.split(',').map((name) => name.trim());
  if (names.every((name) => name !== '')) return [...new Set(names)];
  throw new InvalidArgumentError('It must be names joined by commas.');
}

/** `255,-1` → its whole numbers. */
export function labelValues(text: string): readonly number[] {
  const values = text.split(',').map((part) => (part.trim() === '' ? Number.NaN : Number(part)));
  if (values.every((value) => Number.isSafeInteger(value))) return [...new Set(values)];
  throw new InvalidArgumentError('It must be whole numbers joined by commas, such as 255,-1.');
}
