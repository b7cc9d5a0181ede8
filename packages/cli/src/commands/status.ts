import type { Command } from 'commander';
import { withCommonOptions } from '../common-options.ts';
import { runsText } from '../report/runs-text.ts';
import { statusText } from '../report/status-text.ts';
import type { Terminal } from '../terminal/terminal.ts';

/** `asl status`. */
export function addStatusCommand(program: Command, terminal: Terminal): void {
  const command = program
    .command('status <run>')
    .description(
      'say how a search, or what asl compare or asl train keeps in a folder, stands; also while it runs: progress, the best, time left, workers; of a folder of runs, how each stands',
    );
  withCommonOptions(command).action(async (run: string) => {
    const { statusOfFolder } = await import('@auto-seg-loss/runtime');
    const status = await statusOfFolder(run);
    terminal.result(status, () => ('runs' in status ? runsText(status) : statusText(status)));
  });
}
