import type { Average, Plugin } from '@auto-seg-loss/kernel';
import { optionInfo } from './option-info.ts';

/** Flags of a command that set options of metrics; undefined leaves what the metric or the loss has. */
export interface MetricFlags {
  /** Pixels. */
  readonly tolerance?: number;
  /** Whether class 0 is left out. */
  readonly dropBackground?: boolean;
  /** What the metrics are means of. */
  readonly average?: Average;
}

/** Options by name, such as `{ tolerance: 2 }`. */
export type MetricOptions = Readonly<Record<string, number | boolean | string>>;

/** The flags as the metric options that they set. */
export function metricOptions({ tolerance, dropBackground, average }: MetricFlags): MetricOptions {
  return {
    ...(tolerance === undefined ? {} : { tolerance }),
    ...(dropBackground === undefined ? {} : { background: !dropBackground }),
    ...(average === undefined ? {} : { average }),
  };
}

/** Of the options, those that a metric has: the others mean nothing to it. */
export function optionsOf(plugin: Pick<Plugin, 'options'>, options: MetricOptions): MetricOptions {
  const known = new Set(optionInfo(plugin.options).map((option) => option.name));
  return Object.fromEntries(Object.entries(options).filter(([name]) => known.has(name)));
}
