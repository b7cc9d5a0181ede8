const LISTED = 3;

/** `"sky", "road" and 4 more` */
export function quoted(names: readonly string[], listed: number = LISTED): string {
  return some(
    names.map((name) => `"${name}"`),
    listed,
  );
}

/** `a.png, b.png and 4 more` */
export function some(names: readonly string[], listed: number = LISTED, joint = ', '): string {
  const shown = names.slice(0, listed);
  const more = names.length - shown.length;
  return more > 0 ? `${shown.join(joint)} and ${more} more` : shown.join(joint);
}

/** In percent, with a digit below 10. */
export function shareOf(part: number, whole: number): string {
  const percent = (100 * part) / Math.max(1, whole);
  return `${percent.toFixed(percent < 10 ? 1 : 0)} %`;
}
