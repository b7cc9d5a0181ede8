/** As many as make of a number that was written down, mapped to the unit cube and back, that number again. */
const DIGITS = 12;

/** Rounded, so that a range's 1 is 1 and not the number beside it. */
export function significant(value: number): number {
  return Number(value.toPrecision(DIGITS));
}
