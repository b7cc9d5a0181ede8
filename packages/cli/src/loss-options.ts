import { parseOverride } from '@auto-seg-loss/config';
import type { LossOption } from '@auto-seg-loss/runtime';
import type { Command } from 'commander';
import { collected } from './parse-option.ts';

/** What a LOSS is, for `--help`. */
export const LOSS_ARGUMENT =
  'a loss.json, the folder of a search, published:miou, cross-entropy, …; or a sum with weights: 0.75*runs/a+0.25*dice';

/** What `withLossOptions` reads. */
export interface LossOptionFlags {
  readonly set?: readonly string[];
}

/** The options of a loss that has no config. */
export function withLossOptions(command: Command): Command {
  return command.option(
    '--set <key=value>',
    'set an option of the loss, such as gamma=3; of one part of a sum, focal.gamma=3 or miou.background=false; may be repeated',
    collected,
  );
}

/** @throws AslError ASL_USAGE for what is no option with a value. */
export function lossOptions({ set = [] }: LossOptionFlags): { readonly options: readonly LossOption[] } {
  return { options: set.map(parseOverride) };
}
