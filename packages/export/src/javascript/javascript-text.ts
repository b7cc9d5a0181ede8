import { printable } from '@auto-seg-loss/kernel';

/** Columns of a line. */
const WIDTH = 100;
const INDENT = '  ';

/** What no name of a module may be: words of the language, and the globals that files use. */
export const JAVASCRIPT_WORDS: readonly string[] = [
  'break case catch class const continue debugger default delete do else enum export extends false finally for function',
  'if import in instanceof new null return super switch this throw true try typeof var void while with',
  'await implements interface let package private protected public static yield arguments eval async of get set',
  'undefined NaN Infinity Math Number Array Object String Error process globalThis console',
].flatMap((line) => line.split(' '));

/** `near edge` → `nearEdge`. */
export function camelCase(words: readonly string[]): string {
  return words
    .map((word, index) => (index === 0 ? word : `${word.slice(0, 1).toUpperCase()}${word.slice(1)}`))
    .join('');
}

/** Reads back as the same float64. */
export function javascriptNumber(value: number): string {
  return String(value);
}

/** What stands before a function, whatever a plugin calls itself. */
export function comment(text: string): string {
  const shown = printable(text).replaceAll('*/', '* /');
  const line = `/** ${shown} */`;
  if (line.length <= WIDTH) return line;
  return ['/**', ...proseLines(shown).map((each) => ` * ${each}`), ' */'].join('\n');
}

/** A text in lines of at most 97 columns, where it has spaces to break at. */
function proseLines(text: string): readonly string[] {
  return text.replaceAll(/(?=.{97})(.{1,92}) /g, '$1\n    ').split('\n');
}

/**
 * A statement in lines of at most 100 columns where it ends with a call or a list: each of their parts on a line of its own.
 * @param levels of indentation.
 */
export function statementLines(statement: string, levels: number): string {
  return linesOf(statement, levels).join('\n');
}

function linesOf(text: string, levels: number): readonly string[] {
  const line = `${INDENT.repeat(levels)}${text}`;
  const brackets = line.length > WIDTH ? lastBrackets(text) : undefined;
  if (brackets === undefined) return [line];
  const { before, parts, after } = brackets;
  return [
    `${INDENT.repeat(levels)}${before}`,
    ...parts.flatMap((part) => linesOf(`${part},`, levels + 1)),
    `${INDENT.repeat(levels)}${after}`,
  ];
}

/** What a text ends with: a call's arguments, or a list. */
function lastBrackets(text: string): { before: string; parts: readonly string[]; after: string } | undefined {
  const end = Math.max(text.lastIndexOf(')'), text.lastIndexOf(']'));
  const parts: string[] = [];
  let depth = 0;
  let last = end;
  for (let at = end; at >= 0; at--) {
    if (')]}'.includes(text.charAt(at))) depth++;
    if ('([{'.includes(text.charAt(at))) depth--;
    const opens = depth === 0;
    if (!opens && !(depth === 1 && text.charAt(at) === ',')) continue;
    parts.unshift(text.slice(at + 1, last).trim());
    last = at;
    if (opens) return { before: text.slice(0, at + 1), parts, after: text.slice(end) };
  }
  return undefined;
}
