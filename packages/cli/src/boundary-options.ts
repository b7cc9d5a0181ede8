import type { BoundaryFlags } from '@auto-seg-loss/runtime';
import type { Command } from 'commander';
import { wholeNumber } from './parse-option.ts';
import type { Terminal } from './terminal/terminal.ts';

const FLAGS: Readonly<Record<string, string>> = { tolerance: '--tolerance', background: '--drop-background' };

/** The options of boundary metrics, for the commands that take metrics without a config. */
export function withBoundaryOptions(command: Command): Command {
  return command
    .option('--tolerance <pixels>', 'how far a boundary may be off, for boundary metrics', wholeNumber(0))
    .option('--drop-background', 'leave class 0 out, for metrics that can')
    .option('--no-drop-background', 'count class 0');
}

/** What `withBoundaryOptions` reads; absent where it was not said. */
export type BoundaryOptions = BoundaryFlags;

/** Only what was said on the command line. */
export function boundaryFlags({ tolerance, dropBackground }: BoundaryOptions): BoundaryFlags {
  return {
    ...(tolerance === undefined ? {} : { tolerance }),
    ...(dropBackground === undefined ? {} : { dropBackground }),
  };
}

/** Says which flags changed nothing. */
export function reportUnused(unused: readonly string[], what: string, terminal: Terminal): void {
  for (const option of unused) terminal.log(`${FLAGS[option] ?? option} has no effect: ${what} has no such option.`);
}
