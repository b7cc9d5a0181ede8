/** Thrown where a law does not hold: what was found, in one sentence, and the numbers that show it. */
export class LawBroken extends Error {
  override readonly name = 'LawBroken';
  readonly numbers: Readonly<Record<string, unknown>>;

  constructor(message: string, numbers: Readonly<Record<string, unknown>> = {}) {
    super(message);
    this.numbers = numbers;
  }
}

/** @throws LawBroken unless `condition` holds. */
export function demand(
  condition: boolean,
  message: string,
  numbers: Readonly<Record<string, unknown>> = {},
): asserts condition {
  if (!condition) throw new LawBroken(message, numbers);
}
