import type { Command } from 'commander';
import { withCommonOptions } from '../common-options.ts';
import type { Terminal } from '../terminal/terminal.ts';

/** `asl version`. */
export function addVersionCommand(program: Command, terminal: Terminal, version: string): void {
  withCommonOptions(program.command('version'))
    .description('show the version, as --version does')
    .action(() => terminal.result({ version, node: process.versions.node }, () => version));
}
