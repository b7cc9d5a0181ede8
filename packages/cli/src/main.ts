import { CommanderError } from 'commander';
import { asAslError } from './as-asl-error.ts';
import { createProgram } from './program.ts';
import { Stopped } from './stop-signal.ts';
import { createTerminal, type Terminal } from './terminal/terminal.ts';
import { namedCommand, usageError } from './usage-error.ts';

/** Where the exit code of a shown error is looked up: docs/errors.md. */
const EXIT_OK = 0;

/**
 * Runs the command that `args` (without node and script) name, and sets the process's exit code. Nothing is thrown: every
 * error is shown on stderr.
 */
export async function main(args: readonly string[]): Promise<void> {
  // Looked for before the command line is understood, since that may fail already.
  const terminal = createTerminal({ json: args.includes('--json'), debug: args.includes('--debug') });
  // What is thrown where nobody waits for it would end the process with a bare stack, or leave it waiting for ever.
  process.once('uncaughtException', (error) => process.exit(terminal.fail(asAslError(error), error)));
  process.exitCode = await exitCodeOf(args, terminal);
}

async function exitCodeOf(args: readonly string[], terminal: Terminal): Promise<number> {
  const program = createProgram(terminal);
  try {
    await program.parseAsync(args, { from: 'user' });
    return terminal.outcome;
  } catch (error) {
    if (error instanceof Stopped) return error.exitCode;
    if (error instanceof CommanderError) {
      if (error.exitCode === EXIT_OK) return EXIT_OK;
      // Said without a command: commander's own help goes to stderr, as of an error.
      if (error.code === 'commander.help') {
        process.stdout.write(namedCommand(program, args).helpInformation());
        return EXIT_OK;
      }
      return terminal.fail(usageError(error, program, args), error);
    }
    return terminal.fail(asAslError(error), error);
  }
}
