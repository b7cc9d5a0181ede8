import type { FinalTrainingOptions, PluginUse, TrainingOptions } from '@auto-seg-loss/kernel';

/** How a candidate loss is trained and scored during a search. */
export interface ProxyOptions extends TrainingOptions {
  /** The network of trials; null for the config's. */
  readonly network: PluginUse | null;
  /** The images the reward is taken on are held out of the training split; the rest are trained on. */
  readonly reward: {
    readonly split: 'train';
    readonly fraction: number;
    /** Into how many folds the training split is divided, each of which gives the rewards of some rounds; null for one division. */
    readonly folds: number | null;
  };
  /** One training with cross-entropy that all trials start from; null to start each from fresh weights. */
  readonly warmStart: TrainingOptions | null;
  /** Freezes the network's encoder in trials, and keeps what it makes of the images; null to train all of the network. */
  readonly keptFeatures: { readonly views: number; readonly keep: 'memory' | 'disk' } | null;
}

/** How candidates that are tried again leave the race. */
export interface RaceConfig {
  /** How probable it may be, over the whole race, that the best of them leaves. */
  readonly error: number;
}

/** When trials are given up before their end. */
export interface PruningConfig {
  readonly rule: 'halving' | 'median';
  /** Shares of the training at which trials are judged, ascending, in (0, 1). */
  readonly rungs: readonly number[];
  /** halving: what share of a rung's trials goes on. */
  readonly keep: number;
}

/** A metric that a candidate must not lower. */
export interface GuardConfig {
  readonly metric: PluginUse;
  /** By how much it may fall below what cross-entropy reaches in the proxy task. */
  readonly drop: number;
}

/** A term of a loss that a config names. A type, not an interface, so that it is JSON. */
export type WeightedLoss = {
  /** A loss plugin with its options; or as the command line names a loss, with paths that start where the config's do. */
  readonly loss: PluginUse | string;
  /** Above 0. */
  readonly weight: number;
};

/** A config after `extends`, `--set`, defaults and checks. */
export interface RunConfig {
  readonly seed: number;
  /** Worker processes, one thread each. */
  readonly workers: number;
  /** What runs the trials of a search; like `workers`, it changes no result. */
  readonly executor: PluginUse;
  /** null where there are several. */
  readonly metric: PluginUse | null;
  /** Those of a search for the front of several, at least two; null for one alone. */
  readonly metrics: readonly PluginUse[] | null;
  /** The metric whose formula the loss relaxes; null for the one searched for, of several the first. */
  readonly formula: PluginUse | null;
  readonly surrogate: PluginUse;
  readonly constraints: readonly PluginUse[];
  readonly searcher: PluginUse;
  /** The loss whose curves the search starts from (`published:miou`, or a loss file); null for straight lines. */
  readonly start: string | null;
  /** What the searcher learns from: folders of other searches, and losses that were found. */
  readonly prior: readonly string[];
  readonly dataset: PluginUse;
  readonly network: PluginUse;
  /** How the relaxed metric counts classes that are absent from a batch; `search` leaves it to the search. */
  readonly absent: 'zero' | 'skip' | 'search';
  /** Hand-made losses whose weights the search learns; a number among their options may be a range, `[min, max]`. */
  readonly mix: readonly PluginUse[];
  /** The range of what logits are divided by before the curves see them; null for 1, always. */
  readonly temperature: readonly [min: number, max: number] | null;
  /** A loss plugin, with options as ranges, that is searched in place of curves; null for curves. */
  readonly searchSpace: PluginUse | null;
  readonly proxy: ProxyOptions;
  /** How the best trials are tried again before one is named. */
  readonly reevaluation: {
    readonly candidates: number;
    readonly repeats: number;
    readonly confirm: number;
    /** Lets those leave early that turn out to be worse; null to try all equally often. */
    readonly race: RaceConfig | null;
  };
  /** When trials are given up before their end; null for never. */
  readonly pruning: PruningConfig | null;
  readonly guards: readonly GuardConfig[];
  /** Training of `asl train` and `asl compare`: from fresh weights, on the whole training split, reported on val. */
  readonly training: FinalTrainingOptions;
  /** What decides the class of each pixel when trained networks are scored: each network is scored with each of them. */
  readonly decode: readonly PluginUse[];
  /** Losses by the name that `--losses` takes, each the sum of its terms. */
  readonly losses: Readonly<Record<string, readonly WeightedLoss[]>>;
  /** Metrics of reports, besides the one searched for; and over how many seeds networks are compared. */
  readonly report: { readonly metrics: readonly PluginUse[]; readonly seeds: number };
}

/** The metrics that a loss is searched for: one, or those of a front. */
export function searchedMetrics({ metric, metrics }: Pick<RunConfig, 'metric' | 'metrics'>): readonly PluginUse[] {
  return metrics ?? (metric === null ? [] : [metric]);
}

/** The fields of a config that hold one plugin, each named for the plugin's kind. */
export const PLUGIN_FIELDS = ['metric', 'surrogate', 'searcher', 'dataset', 'network', 'executor'] as const;
