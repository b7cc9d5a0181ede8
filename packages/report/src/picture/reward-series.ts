/** One trial of a search, as a report needs it. */
export interface ReportedTrial {
  /** From 0. */
  readonly round: number;
  readonly status: 'complete' | 'failed' | 'pruned';
  /** In [0, 1]. */
  readonly reward: number;
}

/** What is drawn of a search's rewards; trials are numbered from 1 in the order of the search. */
export interface RewardSeries {
  readonly complete: readonly (readonly [trial: number, reward: number])[];
  /** Complete, but so far below the others that the axis leaves them out. */
  readonly below: readonly number[];
  readonly pruned: readonly (readonly [trial: number, reward: number])[];
  readonly failed: readonly number[];
  /** The best reward up to each trial. */
  readonly best: readonly (readonly [trial: number, reward: number])[];
  /** The trial that the found loss comes from. */
  readonly found: number | undefined;
  /** A level for each round with a complete trial, from its first trial to its last. */
  readonly roundMeans: readonly { readonly from: number; readonly to: number; readonly mean: number }[];
  /** The axis, in rewards. */
  readonly range: readonly [low: number, high: number];
}

function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.floor(share * (sorted.length - 1))] ?? 0;
}

/** Steps of 1, 2 or 5 times a power of ten, at least five of them over the span. */
function niceStep(span: number): number {
  const rough = Math.max(span, 1e-4) / 5;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].find((factor) => factor * power >= rough) ?? 10;
  return step * power;
}

/** The axis shows all but the lowest twentieth: one collapsed training must not flatten what the search did. */
export function rewardRange(rewards: readonly number[]): readonly [number, number] {
  if (rewards.length === 0) return [0, 1];
  const sorted = [...rewards].sort((a, b) => a - b);
  const [low, high] = [quantile(sorted, 0.05), sorted.at(-1) ?? 1];
  const lowest = sorted[0] ?? low;
  // An outlier within reach of the others is no outlier.
  const from = lowest > low - 0.6 * (high - low) ? lowest : low;
  const step = niceStep(high - from);
  const floor = Math.max(0, Math.floor((from - 0.15 * step) / step) * step);
  return [floor, Math.min(1, Math.ceil((high + 0.15 * step) / step) * step)];
}

/**
 * Sorts a search's trials into what is drawn.
 * @param found number (from 1) of the trial that was named; by default the first with the best reward; null if it is none of them.
 */
export function rewardSeries(trials: readonly ReportedTrial[], found?: number | null): RewardSeries {
  const numbered = trials.map((trial, index) => ({ ...trial, number: index + 1 }));
  const complete = numbered.filter(({ status }) => status === 'complete');
  const range = rewardRange(complete.map(({ reward }) => reward));

  let highest = Number.NEGATIVE_INFINITY;
  const best: [number, number][] = [];
  for (const { number, status, reward } of numbered) {
    if (status === 'complete') highest = Math.max(highest, reward);
    if (Number.isFinite(highest)) best.push([number, highest]);
  }

  const rounds = [...new Set(numbered.map(({ round }) => round))];
  const roundMeans = rounds.flatMap((round) => {
    const all = numbered.filter((trial) => trial.round === round);
    const scored = all.filter(({ status }) => status === 'complete');
    if (scored.length === 0) return [];
    const mean = scored.reduce((sum, { reward }) => sum + reward, 0) / scored.length;
    return [{ from: all[0]?.number ?? 0, to: all.at(-1)?.number ?? 0, mean }];
  });

  const shown = complete.filter(({ reward }) => reward >= range[0]);
  return {
    complete: shown.map(({ number, reward }) => [number, reward]),
    below: complete.filter(({ reward }) => reward < range[0]).map(({ number }) => number),
    pruned: numbered
      .filter(({ status, reward }) => status === 'pruned' && reward >= range[0])
      .map(({ number, reward }) => [number, reward]),
    failed: numbered.filter(({ status }) => status === 'failed').map(({ number }) => number),
    best,
    found: found === undefined ? best.find(([, reward]) => reward === highest)?.[0] : (found ?? undefined),
    roundMeans,
    range,
  };
}
