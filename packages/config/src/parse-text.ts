import { AslError } from '@auto-seg-loss/kernel';
import { type ParseError, parse as parseJsonc, printParseErrorCode, visit } from 'jsonc-parser';
import { parseDocument, visit as visitYaml } from 'yaml';

/**
 * Reads the text of a JSON file, strictly: no comments, no trailing commas, no key twice.
 * @throws AslError ASL_CONFIG_SYNTAX with line and column.
 */
export function parseJson(file: string, text: string): unknown {
  const errors: ParseError[] = [];
  const value: unknown = parseJsonc(text, errors, { disallowComments: true, allowTrailingComma: false });
  const [first] = errors;
  if (first !== undefined) throw syntaxError(file, text, first.offset, inWords(printParseErrorCode(first.error)));
  forbidDuplicateKeys(file, text);
  return value;
}

/**
 * Reads the text of a YAML 1.2 file; no key twice.
 * @throws AslError ASL_CONFIG_SYNTAX with line and column.
 */
export function parseYaml(file: string, text: string): unknown {
  const document = parseDocument(text, { prettyErrors: false, uniqueKeys: true });
  const [first] = document.errors;
  if (first !== undefined) throw syntaxError(file, text, first.pos[0], first.message);
  visitYaml(document, {
    Alias: (_key, alias) => {
      if (alias.resolve(document) !== undefined) return;
      throw syntaxError(file, text, alias.range?.[0] ?? 0, `the alias *${alias.source} has no anchor before it`);
    },
  });
  return document.toJS();
}

function forbidDuplicateKeys(file: string, text: string): void {
  const open: Set<string>[] = [];
  visit(text, {
    onObjectBegin: () => {
      open.push(new Set());
    },
    onObjectEnd: () => {
      open.pop();
    },
    onObjectProperty: (name, offset) => {
      const keys = open.at(-1);
      if (keys?.has(name) === true) throw syntaxError(file, text, offset, `the key "${name}" stands twice`);
      keys?.add(name);
    },
  });
}

function syntaxError(file: string, text: string, offset: number, message: string): AslError {
  const before = text.slice(0, offset);
  const line = before.split('\n').length;
  const column = offset - before.lastIndexOf('\n');
  return new AslError('ASL_CONFIG_SYNTAX', `the config cannot be read: ${message}`, {
    where: `${file}, line ${line}, column ${column}`,
    received: (text.split('\n')[line - 1] ?? '').trim() || 'the end of the file',
    remedy: 'correct the line; the position is where reading stopped, so the slip may be just before it',
  });
}

/** "CommaExpected" → "comma expected". */
function inWords(code: string): string {
  return code.replace(/(?<=[a-z])(?=[A-Z])/g, ' ').toLowerCase();
}
