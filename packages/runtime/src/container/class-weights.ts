import { roundedIn, significant } from './significant.ts';

/** Of an exponent that weights of twelve digits are to show. */
export const EXPONENT_DIGITS = 9;

/**
 * Weights of classes that follow from how often each is: its share to the power −exponent, scaled so that they are 1 on average over
 * the classes that there are. A class without a pixel has 1, which nothing depends on.
 * @param shares of the training pixels, one for each class.
 * @returns undefined where all count alike, as for an exponent of 0.
 */
export function classWeights(shares: readonly number[], exponent: number): readonly number[] | undefined {
  const raw = shares.map((share) => (share > 0 ? share ** -exponent : undefined));
  const there = raw.filter((weight) => weight !== undefined);
  const mean = there.reduce((sum, weight) => sum + weight, 0) / there.length;
  const weights = raw.map((weight) => (weight === undefined ? 1 : significant(weight / mean)));
  return weights.every((weight) => weight === 1) ? undefined : weights;
}

/** The exponent that gives weights, if one does. @param weights of classes; without them all count alike. */
export function exponentOf(shares: readonly number[], weights: readonly number[] | undefined): number {
  if (weights === undefined) return 0;
  const there = shares.flatMap((share, c) => (share > 0 ? [{ share, weight: weights[c] ?? 0 }] : []));
  const byShare = there.toSorted((a, b) => a.share - b.share);
  const [rarest, commonest] = [byShare[0], byShare.at(-1)];
  if (rarest === undefined || commonest === undefined) return 0;
  const apart = Math.log(commonest.share / rarest.share);
  return apart > 0 ? roundedIn(Math.log(rarest.weight / commonest.weight) / apart, 1, EXPONENT_DIGITS) : 0;
}

/** Up to rounding. */
export function sameWeights(a: readonly number[] | undefined, b: readonly number[] | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  return (
    a.length === b.length && a.every((weight, c) => Math.abs(weight - (b[c] as number)) <= 1e-9 * Math.abs(weight))
  );
}
