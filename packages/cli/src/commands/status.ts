import type { Command } from 'commander';
import { withCommonOptions } from '../common-options.ts';
import { statusText } from '../report/status-text.ts';
import type { Terminal } from '../terminal/terminal.ts';

/** `asl status`. */
export function addStatusCommand(program: Command, terminal: Terminal): void {
  const command = program
    .command('status <run>')
    .description(
      'say how a search, or what asl compare or asl train keeps in a folder, stands; also while it runs: progress, the best, time left, workers',
    );
  withCommonOptions(command).action(async (run: string) => {
    const { runStatus } = await import('@auto-seg-loss/runtime');
    const status = await runStatus(run);
    terminal.result(status, () => statusText(status));
  });
}
