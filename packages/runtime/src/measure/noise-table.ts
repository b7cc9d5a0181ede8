import {
  type RankCorrelation,
  rankCorrelation,
  type VarianceComponent,
  varianceComponents,
} from '@auto-seg-loss/study';

/** What a reward may owe its luck to. */
export type NoiseSource = 'weights' | 'batches' | 'images';

const LOSSES = 'losses';

/** How often each source is drawn: all combinations are trained. */
export interface NoiseDesign {
  readonly losses: number;
  /** At least 2 each; those that are the same in all trials are left out. */
  readonly sources: readonly { readonly source: NoiseSource; readonly levels: number }[];
}

/** Standard deviations of a reward, in its own unit. */
export interface NoiseShare {
  readonly source: NoiseSource | 'combinations';
  /** What it adds to all losses alike: trials of a round have it in common, those of different rounds have not. */
  readonly alike: number;
  /** What it adds to each loss in its own way: what losses of a round are confused by. */
  readonly own: number;
}

export interface NoiseTable {
  /** Of what losses are worth on average: what a search looks for. */
  readonly losses: number;
  readonly shares: readonly NoiseShare[];
  /**
   * The share of the variance between losses that is their worth and not luck, of the mean of some trials whose images for the
   * reward stay the same, or change from trial to trial; everything else changes.
   */
  readonly reliability: readonly { readonly trials: number; readonly same: number; readonly changing: number }[];
}

const TRIALS = [1, 3, 6];

/**
 * Where the variance of rewards comes from.
 * @param rewards of all combinations: losses slowest, then the sources in their order, the last fastest.
 */
export function noiseTable({ losses, sources }: NoiseDesign, rewards: readonly number[]): NoiseTable {
  const factors = [
    { name: LOSSES, levels: losses },
    ...sources.map(({ source, levels }) => ({ name: source as string, levels })),
  ];
  const components = varianceComponents(factors, rewards);
  const sum = (holds: (component: VarianceComponent) => boolean): number =>
    components.filter(holds).reduce((total, { variance }) => total + Math.max(0, variance), 0);
  const isOwn = ({ factors: of }: VarianceComponent): boolean => of.includes(LOSSES);
  const noiseOf = ({ factors: of }: VarianceComponent): readonly string[] => of.filter((name) => name !== LOSSES);
  const share = (source: NoiseShare['source'], holds: (of: readonly string[]) => boolean): NoiseShare => ({
    source,
    alike: Math.sqrt(sum((each) => !isOwn(each) && holds(noiseOf(each)))),
    own: Math.sqrt(sum((each) => isOwn(each) && holds(noiseOf(each)))),
  });
  const worth = sum((each) => isOwn(each) && noiseOf(each).length === 0);
  const luck = sum((each) => isOwn(each) && noiseOf(each).length > 0);
  const ofImages = sum((each) => isOwn(each) && noiseOf(each).join() === 'images');
  const reliable = (left: number): number => (worth + left === 0 ? 0 : worth / (worth + left));
  return {
    losses: Math.sqrt(worth),
    shares: [
      ...sources.map(({ source }) => share(source, (of) => of.length === 1 && of[0] === source)),
      share('combinations', (of) => of.length > 1),
    ],
    reliability: TRIALS.map((trials) => ({
      trials,
      same: reliable(ofImages + (luck - ofImages) / trials),
      changing: reliable(luck / trials),
    })),
  };
}

/** How far the order of losses by single trials agrees, on average, with another order of them. */
export function meanOrder(trials: readonly (readonly number[])[], other: readonly number[]): number | null {
  const all = trials.map((rewards) => rankCorrelation(rewards, other).rho ?? 0);
  return all.length === 0 ? null : all.reduce((sum, rho) => sum + rho, 0) / all.length;
}

/** How far the order by the means of all trials agrees with another one. @param rewards of each loss, all its trials. */
export function orderOfMeans(rewards: readonly (readonly number[])[], other: readonly number[]): RankCorrelation {
  return rankCorrelation(
    rewards.map((own) => own.reduce((sum, reward) => sum + reward, 0) / own.length),
    other,
  );
}
