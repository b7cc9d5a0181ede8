/** As many as make of a number that was written down, mapped to the unit cube and back, that number again. */
const DIGITS = 12;

/** Rounded, so that a range's 1 is 1 and not the number beside it. */
export function significant(value: number): number {
  return Number(value.toPrecision(DIGITS));
}

/** Rounded in the same way to the digits that a range has: beside its 0 there is no number that is hardly one. */
export function roundedIn(value: number, width: number, digits: number = DIGITS): number {
  return Number(value.toFixed(Math.min(100, Math.max(0, digits - Math.ceil(Math.log10(width))))));
}
