import type { MetricFlags } from '@auto-seg-loss/runtime';
import { type Command, Option } from 'commander';
import { wholeNumber } from './parse-option.ts';
import type { Terminal } from './terminal/terminal.ts';

const FLAGS: Readonly<Record<string, string>> = {
  tolerance: '--tolerance',
  background: '--drop-background',
  average: '--average',
};

/** The options of metrics, for the commands that take metrics without a config. */
export function withMetricFlags(command: Command): Command {
  const averages = ['dataset', 'image', 'class-and-image'];
  return command
    .option('--tolerance <pixels>', 'how far a boundary may be off, for boundary metrics', wholeNumber(0))
    .option('--drop-background', 'leave class 0 out')
    .option('--no-drop-background', 'count class 0')
    .addOption(new Option('--average <of>', 'what the metrics are means of; default: dataset').choices(averages));
}

/** What `withMetricFlags` reads; absent where it was not said. */
export type MetricFlagOptions = MetricFlags;

/** Only what was said on the command line. */
export function metricFlags({ tolerance, dropBackground, average }: MetricFlagOptions): MetricFlags {
  return {
    ...(tolerance === undefined ? {} : { tolerance }),
    ...(dropBackground === undefined ? {} : { dropBackground }),
    ...(average === undefined ? {} : { average }),
  };
}

/** Says which flags changed nothing. */
export function reportUnused(unused: readonly string[], what: string, terminal: Terminal): void {
  for (const option of unused) terminal.log(`${FLAGS[option] ?? option} has no effect: ${what} has no such option.`);
}
