import { printable, printableLines } from './printable.ts';

/** What ended a command, as its exit code: 1 failed, 2 usage or config, 3 environment, 4 corrupt state. */
export type ExitCode = 1 | 2 | 3 | 4;

/**
 * Every error a person can meet, with its exit code. Each code has its section in docs/errors.md.
 * A code is never renamed or used for a second thing: scripts match on it.
 */
export const ERROR_CODES = {
  ASL_USAGE: 2,
  ASL_CONFIG_NOT_FOUND: 2,
  ASL_CONFIG_SYNTAX: 2,
  ASL_CONFIG_INVALID: 2,
  ASL_CONFIG_LEAK: 2,
  ASL_NOT_TRUSTED: 2,
  ASL_PLUGIN_NOT_FOUND: 2,
  ASL_PLUGIN_INVALID: 2,
  ASL_PLUGIN_FAILED: 1,
  ASL_OPTIONS_INVALID: 2,
  ASL_LOSS_INVALID: 2,
  ASL_LOSS_MISMATCH: 2,
  ASL_FORMULA_INVALID: 2,
  ASL_EXPORT_UNSUPPORTED: 2,
  ASL_ARGUMENT_INVALID: 2,
  ASL_DATA_MISSING: 2,
  ASL_DATA_INVALID: 2,
  ASL_WEIGHTS_MISSING: 2,
  ASL_WEIGHTS_INVALID: 2,
  ASL_WEIGHTS_UNSAFE: 2,
  ASL_WEIGHTS_MISMATCH: 2,
  ASL_RUN_FOLDER: 3,
  ASL_RUN_CHANGED: 3,
  ASL_WORKERS_UNREACHABLE: 3,
  ASL_WORKER_MISMATCH: 3,
  ASL_ENGINE_INSTALL: 3,
  ASL_ENGINE_MISSING: 3,
  ASL_WEIGHTS_INSTALL: 3,
  ASL_SYSTEM: 3,
  ASL_STATE_CORRUPT: 4,
  ASL_TRIAL_FAILED: 1,
  ASL_TRIAL_DIFFERS: 1,
  ASL_SEARCH_FAILED: 1,
  ASL_INTERNAL: 1,
} as const;

export type ErrorCode = keyof typeof ERROR_CODES;

/** One of several things that are wrong at once: a field of a config, an option of a plugin. */
export interface Problem {
  /** The path within the file, such as `searcher.rounds`. */
  readonly where: string;
  readonly expected: string;
  readonly received: string;
  /** What to do about it, such as the nearest valid name. */
  readonly remedy?: string;
}

/** The parts of a message: what was wrong is the error's message itself. */
export interface ErrorDetails {
  /** File, config path or argument, as a person would look for it. */
  readonly where?: string;
  readonly expected?: string;
  readonly received?: string;
  /** What to do about it. */
  readonly remedy?: string;
  /** What another program said, such as a compiler: lines that are shown as they are. */
  readonly output?: string;
  /** All that is wrong, where several things were checked together. */
  readonly problems?: readonly Problem[];
  readonly cause?: unknown;
}

/**
 * An error that a person can act on. Everything else that is thrown is a defect of ours and shows as ASL_INTERNAL.
 * Plugins throw it too; tell it by `code`, not `instanceof`, since two copies of the kernel may be loaded.
 */
export class AslError extends Error {
  override readonly name = 'AslError';
  readonly code: ErrorCode;
  readonly details: ErrorDetails;

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.details = details;
  }

  get exitCode(): ExitCode {
    return ERROR_CODES[this.code];
  }

  /** The whole message, a line for each part that is known. */
  format(): string {
    return formatError(this.code, this.message, this.details);
  }
}

/**
 * Writes an error as it is shown: the code and what was wrong, then where, expected, received and what to do. Each stands on
 * one line, whatever characters the names in it have; only `output` has lines of its own.
 */
export function formatError(code: string, message: string, details: ErrorDetails): string {
  const lines = [`${code}: ${message}`];
  const { problems = [] } = details;
  for (const { where, expected, received, remedy } of problems.slice(0, MOST_PROBLEMS)) {
    lines.push(`  ${where}: expected ${expected}, received ${received}${remedy === undefined ? '' : `. ${remedy}`}`);
  }
  if (problems.length > MOST_PROBLEMS) lines.push(`  and ${problems.length - MOST_PROBLEMS} more`);
  if (details.where !== undefined) lines.push(`  where:    ${details.where}`);
  if (details.expected !== undefined) lines.push(`  expected: ${details.expected}`);
  if (details.received !== undefined) lines.push(`  received: ${details.received}`);
  if (details.remedy !== undefined) lines.push(`  remedy:   ${details.remedy}`);
  const shown = lines.map((line) => cut(printable(line)));
  const output = printableLines(details.output ?? '').trimEnd();
  return (output === '' ? shown : [...shown, ...output.split('\n').map((line) => `  | ${line}`)]).join('\n');
}

/** More than anybody reads; a name may have a million characters. */
const LONGEST_LINE = 4000;
const MOST_PROBLEMS = 50;

function cut(line: string): string {
  return line.length <= LONGEST_LINE ? line : `${line.slice(0, LONGEST_LINE - 1)}…`;
}

/** True for an AslError of this or another copy of the kernel. */
export function isAslError(error: unknown): error is AslError {
  return error instanceof Error && 'code' in error && isErrorCode(error.code) && 'details' in error;
}

/** True for the code of an AslError: names that objects inherit are none. */
export function isErrorCode(code: unknown): code is ErrorCode {
  return typeof code === 'string' && Object.hasOwn(ERROR_CODES, code);
}
