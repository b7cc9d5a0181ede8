/**
 * Numbers with a comma behind each, in lines.
 * @param width columns of a line, behind its indentation.
 */
export function numberLines(values: readonly number[], width: number): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const value of values) {
    const text = `${value},`;
    if (line.length + text.length > width) {
      lines.push(line);
      line = '';
    }
    line += line === '' ? text : ` ${text}`;
  }
  return [...lines, line];
}
