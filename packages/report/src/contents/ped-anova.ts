import { Random } from '@auto-seg-loss/kernel';

/** How much a coordinate of θ matters for being among the best. */
export interface Importance {
  /** Of all coordinates together, in [0, 1]. */
  readonly share: number;
  /** From where to where the share lies in 95 % of resamples of the trials. */
  readonly interval: readonly [low: number, high: number];
}

export interface TriedPoint {
  /** In [0, 1] each. */
  readonly theta: readonly number[];
  /** null for a trial that was stopped since it was worse than others. */
  readonly reward: number | null;
}

/** The best are this share of all. */
const TOP = 0.1;
/** With fewer among the best, densities say nothing. */
const FEWEST_TOP = 3;
/** Cells that [0, 1] is divided into. */
const CELLS = 50;
const RESAMPLES = 100;

/**
 * The importance of each coordinate by PED-ANOVA: how far the density of the best tenth of the points along a coordinate is from
 * that of all points, by Pearson's divergence, as a share of the sum over the coordinates. Points that a searcher drew
 * unevenly do not mislead it: the best are compared with all that was tried, not with a uniform density. It depends on the order of the
 * rewards alone, and sees what a coordinate does by itself, not what it does together with others.
 *
 * Source: S. Watanabe, A. Bansal, F. Hutter: PED-ANOVA: Efficiently Quantifying Hyperparameter Importance in Arbitrary Subspaces,
 * IJCAI 2023 (arXiv 2304.10255); the best γ' = 0.1 against all, γ = 1. Densities are sums of normal distributions cut to [0, 1] with
 * Scott's bandwidth and a uniform one beside them, on 50 cells.
 *
 * @returns one for each coordinate; undefined where too few points have rewards to tell.
 */
export function pedAnova(points: readonly TriedPoint[], seed = 'importance'): readonly Importance[] | undefined {
  const scored = points.filter(({ reward }) => reward !== null).length;
  const count = topCount(points.length);
  if (count < FEWEST_TOP || scored <= count) return undefined;
  const shares = sharesOf(points);
  if (shares === undefined) return undefined;
  const random = Random.fromSeed(seed);
  const resampled = Array.from({ length: RESAMPLES }, () =>
    sharesOf(points.map(() => points[random.integer(0, points.length - 1)] as TriedPoint)),
  ).filter((each) => each !== undefined);
  return shares.map((share, axis) => {
    const sorted = resampled.map((each) => each[axis] as number).sort((a, b) => a - b);
    const [low = share, high = share] = [0.025, 0.975].map((at) => sorted[Math.round(at * (sorted.length - 1))]);
    return { share, interval: [Math.min(low, share), Math.max(high, share)] };
  });
}

function topCount(count: number): number {
  return Math.ceil(TOP * count);
}

/** @returns undefined where the best are spread as all are along every coordinate. */
function sharesOf(points: readonly TriedPoint[]): readonly number[] | undefined {
  // Of equal rewards the earlier: a sort is stable.
  const best = points
    .filter(({ reward }) => reward !== null)
    .sort((a, b) => (b.reward as number) - (a.reward as number))
    .slice(0, topCount(points.length));
  const axes = points[0]?.theta ?? [];
  const divergences = axes.map((_, axis) => pearsonDivergence(density(best, axis), density(points, axis)));
  const sum = divergences.reduce((total, each) => total + each, 0);
  return sum > 0 ? divergences.map((each) => each / sum) : undefined;
}

/** ∫ (p / q − 1)² q, of probabilities of cells. */
function pearsonDivergence(p: Float64Array, q: Float64Array): number {
  return q.reduce((sum, each, cell) => sum + each * ((p[cell] as number) / each - 1) ** 2, 0);
}

/** The probability of each cell. */
function density(points: readonly TriedPoint[], axis: number): Float64Array {
  const counts = new Float64Array(CELLS);
  const values = Float64Array.from(points, ({ theta }) => theta[axis] as number);
  for (const value of values) {
    const cell = Math.min(CELLS - 1, Math.floor(value * CELLS));
    counts[cell] = (counts[cell] as number) + 1;
  }
  const width = bandwidth(values);
  const reach = Float64Array.from({ length: CELLS }, (_, cells) => Math.exp(-((cells / CELLS / width) ** 2) / 2));
  // The uniform density counts as one point: no cell is impossible.
  const sum = new Float64Array(CELLS).fill(1 / CELLS);
  for (const [from, count] of counts.entries()) {
    if (count === 0) continue;
    let mass = 0;
    for (let cell = 0; cell < CELLS; cell++) mass += reach[Math.abs(cell - from)] as number;
    for (let cell = 0; cell < CELLS; cell++)
      sum[cell] = (sum[cell] as number) + (count * (reach[Math.abs(cell - from)] as number)) / mass;
  }
  return sum.map((each) => each / (points.length + 1));
}

/** Scott's rule, with the quartiles against outliers; at least half a cell. */
function bandwidth(values: Float64Array): number {
  const count = values.length;
  const mean = values.reduce((sum, each) => sum + each, 0) / count;
  const deviation = Math.sqrt(values.reduce((sum, each) => sum + (each - mean) ** 2, 0) / Math.max(1, count - 1));
  const sorted = values.toSorted();
  const at = (share: number): number => sorted[Math.round(share * (count - 1))] as number;
  const quartiles = (at(0.75) - at(0.25)) / 1.34;
  const spread = quartiles > 0 ? Math.min(deviation, quartiles) : deviation;
  return Math.max(0.5 / CELLS, 1.059 * spread * count ** -0.2);
}
