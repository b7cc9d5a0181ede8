import type { NamedPieces } from '../trace/program.ts';
import { pythonNumber } from './python-syntax.ts';

/** A curve as a constant: its pieces, each by start, handle and end. */
export function pythonCurve(constant: string, { pieces }: NamedPieces): string {
  const point = (x: number, y: number): string => `(${pythonNumber(x)}, ${pythonNumber(y)})`;
  const points = pieces.map(({ x0, y0, x1, y1, x2, y2 }) => [point(x0, y0), point(x1, y1), point(x2, y2)]);
  const rows = points.map((each) => `(${each.join(', ')}),`);
  const line = `${constant} = (${rows.join(' ')})`;
  // One piece stands on one line where it fits, as formatters have it.
  if (rows.length === 1 && line.length <= 100) return line;
  const lines = rows.flatMap((row, index) =>
    row.length + 4 <= 100 ? [row] : ['(', ...(points[index] ?? []).map((each) => `    ${each},`), '),'],
  );
  return [`${constant} = (`, ...lines.map((each) => `    ${each}`), ')'].join('\n');
}

/** The constants that a file needs: its curves, and what its body calls by name; nothing where there are none. */
export function pythonConstants(
  curves: readonly { readonly constant: string; readonly curve: NamedPieces }[],
  body: string,
): string {
  return [
    ...(body.includes('EPSILON') ? ['EPSILON = 1e-8  # added to denominators'] : []),
    ...(curves.length === 0
      ? []
      : [
          [
            '# Curves in place of the identity, as quadratic Bezier pieces: start, handle, end.',
            ...curves.map(({ constant, curve }) => pythonCurve(constant, curve)),
          ].join('\n'),
        ]),
  ].join('\n\n');
}
