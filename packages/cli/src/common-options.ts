import type { Command } from 'commander';

/** The options that every command has. `main` reads them from the arguments, before commander does. */
export function withCommonOptions(command: Command): Command {
  return command
    .option('--json', 'write the result to stdout as JSON, and errors to stderr as JSON')
    .option('--debug', 'show the stack of an error');
}
