import type { Curve } from '@auto-seg-loss/kernel';

const COLUMNS = 33;
const ROWS = 11;

/** A curve on [0, 1]² as text, · for g and o for its control points, with their coordinates. */
export function drawCurve(curve: Curve): string {
  const grid = Array.from({ length: ROWS }, () => new Array<string>(COLUMNS).fill(' '));
  const put = (x: number, y: number, sign: string): void => {
    const row = grid[Math.round((1 - y) * (ROWS - 1))];
    if (row !== undefined) row[Math.round(x * (COLUMNS - 1))] = sign;
  };
  for (let step = 0; step < COLUMNS; step++) put(step / (COLUMNS - 1), curve.value(step / (COLUMNS - 1)), '·');
  for (const [x, y] of curve.points) put(x, y, 'o');
  const points = curve.points.map(([x, y]) => `(${x}, ${y})`).join(' ');
  return [...grid.map((row) => `│${row.join('')}`), `└${'─'.repeat(COLUMNS)}`, `points: ${points}`].join('\n');
}
