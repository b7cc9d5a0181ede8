/**
 * Control characters (C0, DEL, C1), line and paragraph separators, and marks that turn the direction of text around: what
 * could move the cursor, begin a line of its own, or show another text than is there.
 */
const UNSEEN = /[\p{Cc}\u2028\u2029\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

const SHORT: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/** A text on one line, as it can be shown to anyone: names of files, plugins and classes may hold any character. */
export function printable(text: string): string {
  return text.replace(UNSEEN, escaped);
}

/** The same of a text of several lines, whose line ends and tabs stay. */
export function printableLines(text: string): string {
  return text.replace(UNSEEN, (character) =>
    character === '\n' || character === '\t' ? character : escaped(character),
  );
}

function escaped(character: string): string {
  return SHORT[character] ?? `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`;
}
