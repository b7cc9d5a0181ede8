import type { Command } from 'commander';

/** What `withAllowCode` reads. */
export interface AllowCodeOption {
  readonly allowCode?: true;
}

/** The option of the commands that read configs, losses or runs, which may name code. */
export function withAllowCode(command: Command): Command {
  return command.option(
    '--allow-code',
    'run the code of files from elsewhere: a config that is code (.js, .mjs, .ts), plugins that a config, a loss or a run names by path',
  );
}
