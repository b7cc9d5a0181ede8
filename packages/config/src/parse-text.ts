import { AslError, isAslError } from '@auto-seg-loss/kernel';
import { type ParseError, parse as parseJsonc, printParseErrorCode, visit } from 'jsonc-parser';
import { excessOf } from './bounded.ts';
import { readYaml } from './read-yaml.ts';
import { checkKey, TextFault } from './text-fault.ts';

export interface ParseOptions {
  /** Whether errors must show nothing of the text: whoever named the file may not be the one who may read it. */
  readonly secret?: boolean;
}

/**
 * Reads the text of a JSON file, strictly: no comments, no trailing commas, no key twice; no more of it than people write.
 * @throws AslError ASL_CONFIG_SYNTAX with line and column.
 */
export function parseJson(file: string, text: string, options: ParseOptions = {}): unknown {
  return parsed(file, text, options, () => {
    const errors: ParseError[] = [];
    const value: unknown = parseJsonc(text, errors, { disallowComments: true, allowTrailingComma: false });
    const [first] = errors;
    if (first !== undefined) throw new TextFault(inWords(printParseErrorCode(first.error)), first.offset);
    checkKeys(text);
    return value;
  });
}

/**
 * Reads the text of a YAML 1.2 file; no key twice, no more of it than people write.
 * @throws AslError ASL_CONFIG_SYNTAX with line and column.
 */
export function parseYaml(file: string, text: string, options: ParseOptions = {}): unknown {
  return parsed(file, text, options, () => readYaml(text));
}

function parsed(file: string, text: string, { secret = false }: ParseOptions, read: () => unknown): unknown {
  try {
    const value = read();
    const excess = excessOf(value);
    if (excess === undefined) return value;
    throw new TextFault(`it has ${excess}`, 0);
  } catch (error) {
    if (error instanceof TextFault) throw syntaxError(file, text, error, secret);
    // Parsers call themselves for what is nested.
    if (error instanceof RangeError) throw syntaxError(file, text, new TextFault('it is nested too deeply', 0), secret);
    if (isAslError(error)) throw error;
    throw syntaxError(file, text, new TextFault(String(error), 0, 'it cannot be understood'), secret);
  }
}

/** The parser takes the last of equal keys, and "__proto__" for the prototype. */
function checkKeys(text: string): void {
  const open: Set<string>[] = [];
  visit(text, {
    onObjectBegin: () => {
      open.push(new Set());
    },
    onObjectEnd: () => {
      open.pop();
    },
    onObjectProperty: (name, offset) => checkKey(name, open.at(-1), offset),
  });
}

function syntaxError(file: string, text: string, fault: TextFault, secret: boolean): AslError {
  const before = text.slice(0, fault.offset);
  const line = before.split('\n').length;
  const column = fault.offset - before.lastIndexOf('\n');
  const shown = secret ? {} : { received: lineAt(text, line) };
  return new AslError('ASL_CONFIG_SYNTAX', `the config cannot be read: ${secret ? fault.discreet : fault.message}`, {
    where: `${file}, line ${line}, column ${column}`,
    ...shown,
    remedy: 'correct the line; the position is where reading stopped, so the slip may be just before it',
  });
}

const LONGEST_LINE = 120;

function lineAt(text: string, line: number): string {
  const whole = (text.split('\n')[line - 1] ?? '').trim();
  if (whole === '') return 'the end of the file';
  return whole.length <= LONGEST_LINE ? whole : `${whole.slice(0, LONGEST_LINE - 1)}…`;
}

/** "CommaExpected" → "comma expected". */
function inWords(code: string): string {
  return code.replace(/(?<=[a-z])(?=[A-Z])/g, ' ').toLowerCase();
}
