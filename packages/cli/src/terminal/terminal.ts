import { AslError, systemFault, systemReason } from '@auto-seg-loss/kernel';
import pc from 'picocolors';
import { createOutlet, isReaderGone } from './outlet.ts';

/** What a command writes to: data on stdout, everything else on stderr. */
export interface Terminal {
  /** `--json`: data is one JSON value; errors are JSON too. */
  readonly json: boolean;
  /** Whether a person watches stderr: progress is drawn in place, else it is written as lines. */
  readonly interactive: boolean;
  /** Colours for stdout; they change nothing where stdout is no terminal. */
  readonly colors: ReturnType<typeof pc.createColors>;
  /** The exit code where no error was thrown: 0 unless a command says otherwise. */
  outcome: number;
  /** What was asked for: the value as JSON with `--json`, else the text. */
  result(value: unknown, text: () => string): void;
  /** A part of the text of a result that takes long, as soon as it is there; nothing with `--json`. */
  part(text: string): void;
  /** A line for the person who watches. */
  log(line: string): void;
  /** Shows an error and returns its exit code. `cause` is shown with `--debug`. */
  fail(error: AslError, cause: unknown): number;
}

export interface TerminalOptions {
  readonly json: boolean;
  readonly debug: boolean;
  readonly stdout?: NodeJS.WriteStream;
  readonly stderr?: NodeJS.WriteStream;
}

export function createTerminal(options: TerminalOptions): Terminal {
  const { json, debug, stdout = process.stdout, stderr = process.stderr } = options;
  let inParts = false;
  const out = createOutlet(stdout, (error) => {
    // `asl … | head` closes stdout early; that is no error. What is said in parts is said for nobody then.
    if (!isReaderGone(error)) {
      const failure = resultLost(error);
      terminal.outcome = terminal.fail(failure, error);
      process.exitCode = terminal.outcome;
    } else if (inParts) process.exit(0);
  });
  const err = createOutlet(stderr, () => {});
  const colored = (stream: NodeJS.WriteStream) => pc.createColors(pc.isColorSupported && stream.isTTY === true);
  const warnColors = colored(stderr);
  const terminal: Terminal = {
    json,
    interactive: stderr.isTTY === true && process.env.CI === undefined && process.env.TERM !== 'dumb',
    colors: colored(stdout),
    outcome: 0,
    result: (value, text) => out.write(json ? `${JSON.stringify(value, null, 2)}\n` : `${text()}\n${unsaid(err.lost)}`),
    part: (text) => {
      inParts = true;
      if (!json) out.write(`${text}\n`);
    },
    log: (line) => err.write(`${line}\n`),
    fail: (error, cause) => {
      if (json) {
        const { cause: _hidden, ...details } = error.details;
        err.write(`${JSON.stringify({ error: { code: error.code, message: error.message, ...details } })}\n`);
      } else {
        const [code, ...rest] = error.format().split(':');
        err.write(`${warnColors.red(code ?? '')}:${rest.join(':')}\n`);
      }
      if (debug && cause instanceof Error) err.write(`${stackOf(cause)}\n`);
      return error.exitCode;
    },
  };
  return terminal;
}

function resultLost(cause: Error): AslError {
  const remedy = systemFault(cause)?.remedy ?? 'write it to another place';
  return new AslError('ASL_SYSTEM', 'the result could not be written', {
    where: 'the standard output',
    expected: 'a file or pipe that takes it',
    received: systemReason(cause),
    remedy: `${remedy}; what the command wrote into files is there`,
    cause,
  });
}

/** What nobody was told of on the way. */
function unsaid(lost: Error | undefined): string {
  return lost === undefined ? '' : `Progress could not be shown on the standard error: ${systemReason(lost)}\n`;
}

/** The stack with those of all causes. */
function stackOf(error: Error): string {
  const own = error.stack ?? error.message;
  return error.cause instanceof Error ? `${own}\ncaused by: ${stackOf(error.cause)}` : own;
}
