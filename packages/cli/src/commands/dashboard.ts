import { relative } from 'node:path';
import type { Command } from 'commander';
import { type AllowCodeOption, withAllowCode } from '../allow-code.ts';
import { withCommonOptions } from '../common-options.ts';
import { wholeNumber } from '../parse-option.ts';
import { statusWords } from '../report/status-text.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { runUntilStopped } from './run-until-stopped.ts';

interface Options extends AllowCodeOption {
  readonly port?: number;
  readonly open?: true;
}

const FOLDER = 'runs';
const HIGHEST_PORT = 65_535;

/** `asl dashboard`. */
export function addDashboardCommand(program: Command, terminal: Terminal): void {
  const command = program
    .command('dashboard [folder]')
    .description(
      `show all runs of a folder in the browser, as they go on (default: ${FOLDER}); on this machine alone, to whoever has the address`,
    )
    .option('--port <number>', 'listen there (default: a port that is free)', wholeNumber(1, HIGHEST_PORT))
    .option('--open', 'show it in the browser');
  withCommonOptions(withAllowCode(command)).action(async (folder: string = FOLDER, options: Options) => {
    const { port, allowCode, open } = options;
    const { startDashboard } = await import('@auto-seg-loss/dashboard');
    const dashboard = await startDashboard({
      folder,
      words: (status) => statusWords(status),
      ...(port === undefined ? {} : { port }),
      ...(allowCode === undefined ? {} : { allowCode }),
    });
    const { address, runs } = dashboard;
    terminal.result({ address }, () => address);
    if (runs === 0) terminal.log(`No runs yet in ${relative(process.cwd(), folder) || '.'}; those to come are shown.`);
    terminal.log('Whoever has the address may look, from this machine. Ctrl-C ends it.');
    if (open === true) {
      const { openInBrowser } = await import('../report/open-in-browser.ts');
      await openInBrowser(address, terminal);
    }
    const display = { note: () => {}, stop: () => {} };
    await runUntilStopped(display, async (signal, stopped) => {
      await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
      await dashboard.close();
      throw stopped();
    });
  });
}
