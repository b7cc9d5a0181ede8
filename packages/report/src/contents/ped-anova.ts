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
  const count = Math.ceil(TOP * points.length);
  if (count < FEWEST_TOP || scored <= count) return undefined;
  const sorted = byReward(points);
  const shares = sharesOf(sorted, new Uint32Array(points.length).fill(1));
  if (shares === undefined) return undefined;
  const random = Random.fromSeed(seed);
  const resampled = Array.from({ length: RESAMPLES }, () => sharesOf(sorted, resample(points.length, random)));
  const known = resampled.filter((each) => each !== undefined);
  return shares.map((share, axis) => {
    const ascending = known.map((each) => each[axis] as number).sort((a, b) => a - b);
    const [low = share, high = share] = [0.025, 0.975].map((at) => ascending[Math.round(at * (ascending.length - 1))]);
    return { share, interval: [Math.min(low, share), Math.max(high, share)] };
  });
}

/** Points by reward, the best first; those without one come last. */
interface Sorted {
  readonly scored: number;
  /** For each coordinate the cell of each point. */
  readonly cells: readonly Uint8Array[];
}

function byReward(points: readonly TriedPoint[]): Sorted {
  // Of equal rewards the earlier: a sort is stable.
  const scored = points
    .filter(({ reward }) => reward !== null)
    .sort((a, b) => (b.reward as number) - (a.reward as number));
  const all = [...scored, ...points.filter(({ reward }) => reward === null)];
  const cells = (points[0]?.theta ?? []).map((_, axis) =>
    Uint8Array.from(all, ({ theta }) => Math.min(CELLS - 1, Math.floor((theta[axis] as number) * CELLS))),
  );
  return { scored: scored.length, cells };
}

/** How often each of so many is drawn, when as many are drawn with replacement. */
function resample(count: number, random: Random): Uint32Array {
  const drawn = new Uint32Array(count);
  for (let index = 0; index < count; index++) {
    const at = random.integer(0, count - 1);
    drawn[at] = (drawn[at] as number) + 1;
  }
  return drawn;
}

/** @param times how often each point counts. @returns undefined where the best are spread as all are along every coordinate. */
function sharesOf({ scored, cells }: Sorted, times: Uint32Array): readonly number[] | undefined {
  const best = new Uint32Array(times.length);
  let left = Math.ceil(TOP * times.length);
  for (let index = 0; index < scored && left > 0; index++) {
    best[index] = Math.min(left, times[index] as number);
    left -= best[index] as number;
  }
  const divergences = cells.map((own) => pearsonDivergence(density(own, best), density(own, times)));
  const sum = divergences.reduce((total, each) => total + each, 0);
  return sum > 0 ? divergences.map((each) => each / sum) : undefined;
}

/** ∫ (p / q − 1)² q, of probabilities of cells. */
function pearsonDivergence(p: Float64Array, q: Float64Array): number {
  return q.reduce((sum, each, cell) => sum + each * ((p[cell] as number) / each - 1) ** 2, 0);
}

/** The probability of each cell. */
function density(cells: Uint8Array, times: Uint32Array): Float64Array {
  const counts = new Float64Array(CELLS);
  for (const [index, cell] of cells.entries()) counts[cell] = (counts[cell] as number) + (times[index] as number);
  const total = counts.reduce((sum, count) => sum + count, 0);
  const width = bandwidth(counts, total);
  const reach = Float64Array.from({ length: CELLS }, (_, apart) => Math.exp(-((apart / CELLS / width) ** 2) / 2));
  // The uniform density counts as one point: no cell is impossible.
  const sum = new Float64Array(CELLS).fill(1 / CELLS);
  for (let from = 0; from < CELLS; from++) {
    const count = counts[from] as number;
    if (count === 0) continue;
    let mass = 0;
    for (let cell = 0; cell < CELLS; cell++) mass += reach[Math.abs(cell - from)] as number;
    for (let cell = 0; cell < CELLS; cell++)
      sum[cell] = (sum[cell] as number) + (count * (reach[Math.abs(cell - from)] as number)) / mass;
  }
  return sum.map((each) => each / (total + 1));
}

/** Scott's rule, with the quartiles against outliers; at least half a cell. */
function bandwidth(counts: Float64Array, total: number): number {
  const middle = (cell: number): number => (cell + 0.5) / CELLS;
  const mean = counts.reduce((sum, count, cell) => sum + count * middle(cell), 0) / total;
  const squares = counts.reduce((sum, count, cell) => sum + count * (middle(cell) - mean) ** 2, 0);
  const deviation = Math.sqrt(squares / Math.max(1, total - 1));
  const quartiles = (quantile(counts, 0.75 * total) - quantile(counts, 0.25 * total)) / CELLS / 1.34;
  const spread = quartiles > 0 ? Math.min(deviation, quartiles) : deviation;
  return Math.max(0.5 / CELLS, 1.059 * spread * total ** -0.2);
}

/** The cell that so many come before. */
function quantile(counts: Float64Array, rank: number): number {
  let before = 0;
  const cell = counts.findIndex((count) => {
    before += count;
    return before >= rank;
  });
  return Math.max(0, cell);
}
