import { AslError, systemFault, systemReason } from '@auto-seg-loss/kernel';
import pc from 'picocolors';
import { createOutlet, isReaderGone } from './outlet.ts';
import { shownCell, shownText } from './shown.ts';

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
  /** A line for the person who watches; what else is in it than text is escaped, line ends too. */
  log(line: string): void;
  /** The same of a text of several lines. */
  logText(text: string): void;
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
  const hasColors = (stream: NodeJS.WriteStream) => pc.isColorSupported && stream.isTTY === true;
  const [outColors, errColors] = [hasColors(stdout), hasColors(stderr)];
  const warnColors = pc.createColors(errColors);
  const say = (text: string): void => err.write(`${shownText(text, errColors)}\n`);
  const terminal: Terminal = {
    json,
    interactive: stderr.isTTY === true && process.env.CI === undefined && process.env.TERM !== 'dumb',
    colors: pc.createColors(outColors),
    outcome: 0,
    result: (value, text) =>
      out.write(json ? `${JSON.stringify(value, null, 2)}\n` : `${shownText(text(), outColors)}\n${unsaid(err.lost)}`),
    part: (text) => {
      inParts = true;
      if (!json) out.write(`${shownText(text, outColors)}\n`);
    },
    log: (line) => say(shownCell(line)),
    logText: say,
    fail: (error, cause) => {
      if (json) {
        const { cause: _hidden, ...details } = error.details;
        err.write(`${JSON.stringify({ error: { code: error.code, message: error.message, ...details } })}\n`);
      } else {
        const [code, ...rest] = error.format().split(':');
        say(`${warnColors.red(code ?? '')}:${rest.join(':')}`);
      }
      if (debug && cause instanceof Error) say(stackOf(cause));
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
