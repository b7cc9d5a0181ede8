import { aslCommand, shellWord } from '@auto-seg-loss/kernel';

/** Columns of a line of a file's header. */
const WIDTH = 96;

/** A line of prose in lines; what is longer than a line by itself stays whole. */
export function wrappedProse(line: string): readonly string[] {
  const indentation = /^ */.exec(line)?.[0] ?? '';
  return wrapped(line.trimStart().split(' '), indentation, '');
}

/** A command of `asl` as it can be pasted into a POSIX shell, in lines. @param parts words that stay together, unquoted. */
export function wrappedCommand([first = [], ...others]: readonly (readonly string[])[]): readonly string[] {
  return wrapped([aslCommand(...first), ...others.map((part) => part.map(shellWord).join(' '))], '    ', ' \\');
}

/** @param end of every line but the last one. */
function wrapped(words: readonly string[], indentation: string, end: string): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of words) {
    if (line !== '' && line.length + 1 + word.length + end.length > WIDTH) {
      lines.push(`${line}${end}`);
      line = '';
    }
    if (line === '') line = `${indentation}${lines.length === 0 ? '' : '    '}${word}`;
    else line += ` ${word}`;
  }
  return [...lines, line];
}
