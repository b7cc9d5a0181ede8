import type { NamedPieces } from '../trace/program.ts';
import { pythonNumber } from './python-syntax.ts';

/** A curve as a constant: its pieces, each by start, handle and end. */
export function pythonCurve(constant: string, { pieces }: NamedPieces): string {
  const point = (x: number, y: number): string => `(${pythonNumber(x)}, ${pythonNumber(y)})`;
  const rows = pieces.map(({ x0, y0, x1, y1, x2, y2 }) => `(${point(x0, y0)}, ${point(x1, y1)}, ${point(x2, y2)}),`);
  const line = `${constant} = (${rows.join(' ')})`;
  // One piece stands on one line where it fits, as formatters have it.
  if (rows.length === 1 && line.length <= 100) return line;
  return [`${constant} = (`, ...rows.map((row) => `    ${row}`), ')'].join('\n');
}
