import { row } from '../report.ts';
import { BASELINE, BASELINE_IMAGES } from './search-settings.ts';

/** A search with what it would have named after each of its rounds, and what that is worth. */
export interface Measured {
  readonly seed: number;
  readonly points: readonly { readonly images: number; readonly reward: number }[];
  /** Of the whole search. */
  readonly images: number;
}

/** The searches of each contender, one for each seed, in the order of the seeds. */
export type Results = ReadonlyMap<string, readonly Measured[]>;

const COST_COLUMNS = [32, 14, 14, 14, 12, 10];
const SHARES = [0.01, 0.03, 0.05, 0.1, 0.2, 0.4, 1];
const EQUAL_COLUMNS = [32, ...SHARES.map(() => 15)];

/** Images until a search names what is as good as what the baseline names at its end, seed by seed; the median of the seeds. */
export function costTable(results: Results): readonly string[] {
  const baseline = results.get(BASELINE.name) ?? [];
  const whole = imagesOfBaseline(results);
  const rows = [...results].map(([name, all]) => {
    const runs = all.filter((run) => ofSeed(baseline, run) !== undefined);
    const costs = runs.map((run) => {
      const target = endOf(ofSeed(baseline, run) as Measured);
      return run.points.find(({ reward }) => reward >= target)?.images ?? Number.POSITIVE_INFINITY;
    });
    const cost = median(costs);
    return [
      name,
      Number.isFinite(cost) ? thousands(cost) : 'not reached',
      Number.isFinite(cost) ? (cost / whole).toFixed(3) : '',
      `${costs.filter(Number.isFinite).length} of ${runs.length}`,
      percent(mean(all.map(endOf))),
      thousands(median(all.map(({ images }) => images))),
    ];
  });
  return [['searcher', 'median images', 'of PPO’s', 'reached', 'at its end', 'images'], ...rows].map((cells) =>
    row(cells, COST_COLUMNS),
  );
}

/** What a search would have named after a share of the baseline's images. One that has ended stays where it ended. */
export function equalCostTable(results: Results): readonly string[] {
  const whole = imagesOfBaseline(results);
  const rows = [...results].map(([name, runs]) => {
    const cells = SHARES.map((share) => {
      const rewards = runs.flatMap(({ points }) => {
        return points.findLast(({ images }) => images <= share * whole)?.reward ?? [];
      });
      return rewards.length < runs.length ? 'no round yet' : spread(rewards);
    });
    return [name, ...cells];
  });
  return [
    'At equal cost: what a search would have named after a share of PPO’s images, mean ± deviation over the seeds',
    ...[['searcher', ...SHARES.map((share) => `${100 * share} %`)], ...rows].map((cells) => row(cells, EQUAL_COLUMNS)),
  ];
}

/** Of a whole search; where none was made yet, as many as its config asks for. */
function imagesOfBaseline(results: Results): number {
  const known = results.get(BASELINE.name) ?? [];
  return known.length === 0 ? BASELINE_IMAGES : median(known.map(({ images }) => images));
}

function ofSeed(runs: readonly Measured[], { seed }: Measured): Measured | undefined {
  return runs.find((run) => run.seed === seed);
}

function endOf({ points }: Measured): number {
  return points.at(-1)?.reward ?? 0;
}

function spread(rewards: readonly number[]): string {
  const centre = mean(rewards);
  const squares = rewards.reduce((sum, reward) => sum + (reward - centre) ** 2, 0);
  const deviation = rewards.length < 2 ? '' : ` ± ${(100 * Math.sqrt(squares / (rewards.length - 1))).toFixed(2)}`;
  return `${(100 * centre).toFixed(2)}${deviation}`;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor((values.length - 1) / 2)] ?? Number.NaN;
}

export const percent = (value: number): string => `${(100 * value).toFixed(2)} %`;
export const thousands = (value: number): string => `${Math.round(value / 1000)} k`;
