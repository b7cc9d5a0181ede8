import { printable, printableLines } from '@auto-seg-loss/kernel';

/** Colours and weights, which commands set themselves: they change how text looks, not what it says or where it stands. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: that is what they are
const COLORS = /(\u001b\[[0-9;]*m)/;

/** A text of several lines as a stream is given it: what names hold besides letters does nothing to a terminal. */
export function shownText(text: string, colored: boolean): string {
  return colored ? besidesColors(text, printableLines) : printableLines(text);
}

/** A cell of a table, or another part of a line. */
export function shownCell(text: string): string {
  return besidesColors(text, printable);
}

function besidesColors(text: string, shown: (part: string) => string): string {
  return text
    .split(COLORS)
    .map((part, index) => (index % 2 === 0 ? shown(part) : part))
    .join('');
}
