import { significant } from './significant.ts';

/**
 * Weights of classes that follow from how often each is: its share to the power −exponent, scaled so that they are 1 on average over
 * the classes that there are. A class without a pixel has 1, which nothing depends on.
 * @param shares of the training pixels, one for each class.
 * @returns undefined for an exponent of 0: all count alike.
 */
export function classWeights(shares: readonly number[], exponent: number): readonly number[] | undefined {
  if (exponent === 0) return undefined;
  const raw = shares.map((share) => (share > 0 ? share ** -exponent : undefined));
  const there = raw.filter((weight) => weight !== undefined);
  const mean = there.reduce((sum, weight) => sum + weight, 0) / there.length;
  return raw.map((weight) => (weight === undefined ? 1 : significant(weight / mean)));
}

/** The exponent that gives these weights; undefined where none does. */
export function exponentOf(shares: readonly number[], weights: readonly number[] | undefined): number | undefined {
  if (weights === undefined) return 0;
  const there = shares.flatMap((share, c) => (share > 0 ? [{ share, weight: weights[c] ?? 0 }] : []));
  const [rarest] = there.toSorted((a, b) => a.share - b.share);
  const commonest = there.toSorted((a, b) => b.share - a.share)[0];
  if (rarest === undefined || commonest === undefined || weights.length !== shares.length) return undefined;
  const apart = Math.log(commonest.share / rarest.share);
  const exponent = apart > 0 ? significant(Math.log(rarest.weight / commonest.weight) / apart) : 0;
  const given = Number.isFinite(exponent) ? (classWeights(shares, exponent) ?? shares.map(() => 1)) : [];
  const same = weights.every((weight, c) => Math.abs(weight - (given[c] ?? Number.NaN)) <= 1e-9 * weight);
  return same ? exponent : undefined;
}
