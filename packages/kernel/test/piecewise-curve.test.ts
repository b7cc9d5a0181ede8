import { MIN_PIECE_WIDTH, type Piece, type Point, piecewiseCurve, SLOPE_LIMIT } from '@auto-seg-loss/kernel';
import { fc, test } from '@fast-check/vitest';
import { describe, expect } from 'vitest';

const pieceOf = (x0: number, y0: number, x1: number, y1: number, x2: number, y2: number): Piece => ({
  x0,
  y0,
  x1,
  y1,
  x2,
  y2,
});
const ends: readonly Point[] = [
  [0, 0],
  [1, 1],
];
const curveOf = (...pieces: Piece[]) => piecewiseCurve(ends, pieces);

const unit = fc.double({ min: 0, max: 1, noNaN: true });
/** Two pieces with inner knots and handles well apart, so that the curve has no verticals. */
const smooth = fc
  .record({
    knot: fc.double({ min: 0.2, max: 0.8, noNaN: true }),
    handles: fc.tuple(fc.double({ min: 0.2, max: 0.8, noNaN: true }), fc.double({ min: 0.2, max: 0.8, noNaN: true })),
    heights: fc.tuple(unit, unit, unit, unit, unit),
  })
  .map(({ knot, handles, heights: [a, b, c, d, e] }) => [
    pieceOf(0, a, knot * handles[0], b, knot, c),
    pieceOf(knot, c, knot + (1 - knot) * handles[1], d, 1, e),
  ]);

/** A point that de Casteljau's construction draws, and the direction there. */
function drawn({ x0, y0, x1, y1, x2, y2 }: Piece, t: number): { x: number; y: number; slope: number } {
  const between = (a: number, b: number) => a + t * (b - a);
  const [fromX, toX, fromY, toY] = [between(x0, x1), between(x1, x2), between(y0, y1), between(y1, y2)];
  return { x: between(fromX, toX), y: between(fromY, toY), slope: (toY - fromY) / (toX - fromX) };
}

describe('piecewiseCurve', () => {
  test('keeps its control points and pieces', () => {
    const pieces = [pieceOf(0, 0, 0.5, 0.5, 1, 1)];
    const curve = piecewiseCurve(ends, pieces);
    expect(curve.points).toBe(ends);
    expect(curve.pieces).toBe(pieces);
  });

  test.prop([smooth, unit, fc.boolean()])('goes where its pieces are drawn, with their slope', (pieces, t, second) => {
    const { x, y, slope } = drawn(pieces[second ? 1 : 0] as Piece, t);
    const curve = curveOf(...pieces);
    expect(curve.value(x)).toBeCloseTo(y, 9);
    // At a knot the slope is that of the piece to its left.
    if (x > 0 && !(second && t < 1e-6)) expect(curve.derivative(x)).toBeCloseTo(slope, 6);
  });

  test('is straight where handles lie half-way', () => {
    const curve = curveOf(pieceOf(0, 0.2, 0.25, 0.4, 0.5, 0.6), pieceOf(0.5, 0.6, 0.75, 0.5, 1, 0.4));
    for (const p of [0, 0.1, 0.25, 0.5]) {
      expect(curve.value(p)).toBeCloseTo(0.2 + 0.8 * p, 12);
      expect(curve.derivative(p)).toBeCloseTo(0.8, 12);
    }
    for (const p of [0.6, 0.75, 1]) {
      expect(curve.value(p)).toBeCloseTo(0.8 - 0.4 * p, 12);
      expect(curve.derivative(p)).toBeCloseTo(-0.4, 12);
    }
  });

  test('meets its ends and knots exactly', () => {
    const curve = curveOf(pieceOf(0, 0.1, 0.1, 0.9, 0.3, 0.7), pieceOf(0.3, 0.7, 0.9, 0.3, 1, 0.9));
    expect([0, 0.3, 1].map(curve.value)).toEqual([0.1, 0.7, 0.9]);
  });

  test('a piece narrower than float32 can tell apart is a step, of slope 0', () => {
    const narrow = MIN_PIECE_WIDTH / 2;
    const curve = curveOf(
      pieceOf(0, 0, 0.25, 0.1, 0.5, 0.2),
      pieceOf(0.5, 0.2, 0.5, 0.5, 0.5 + narrow, 0.8),
      pieceOf(0.5 + narrow, 0.8, 0.75, 0.8, 1, 0.8),
    );
    expect(curve.value(0.5)).toBe(0.2);
    expect(curve.value(0.5 + narrow / 2)).toBe(0.8);
    expect(curve.value(0.5 + narrow)).toBe(0.8);
    expect(curve.derivative(0.5 + narrow / 2)).toBe(0);
    // Just as wide as it must be, it is a piece like the others.
    const wide = curveOf(
      pieceOf(0, 0, 0.25, 0, 0.5, 0),
      pieceOf(0.5, 0, 0.5 + MIN_PIECE_WIDTH / 2, 0.5, 0.5 + MIN_PIECE_WIDTH, 1),
      pieceOf(0.5 + MIN_PIECE_WIDTH, 1, 0.75, 1, 1, 1),
    );
    expect(wide.value(0.5 + MIN_PIECE_WIDTH / 2)).toBeCloseTo(0.5, 6);
    expect(wide.derivative(0.5 + MIN_PIECE_WIDTH / 2)).toBe(SLOPE_LIMIT);
  });

  test('steps at the ends: 0 is left of the first, 1 right of the last', () => {
    const first = curveOf(pieceOf(0, 0.3, 0, 0.4, 0, 0.5), pieceOf(0, 0.5, 0.5, 0.5, 1, 0.5));
    expect([first.value(0), first.value(1e-12), first.derivative(0)]).toEqual([0.3, 0.5, 0]);
    const last = curveOf(pieceOf(0, 0.5, 0.5, 0.5, 1, 0.5), pieceOf(1, 0.5, 1, 0.7, 1, 0.9));
    expect([last.value(1 - 1e-12), last.value(1), last.derivative(1)]).toEqual([0.5, 0.9, 0]);
  });

  test('slopes are cut where the curve is vertical', () => {
    const left = curveOf(pieceOf(0, 0, 0, 1, 1, 1));
    expect([left.derivative(0), left.derivative(1e-300)]).toEqual([SLOPE_LIMIT, SLOPE_LIMIT]);
    const right = curveOf(pieceOf(0, 1, 1, 1, 1, 0));
    expect(right.derivative(1)).toBe(-SLOPE_LIMIT);
    // A flat curve is flat there too, where 0/0 would be no number.
    expect(curveOf(pieceOf(0, 0.5, 0, 0.5, 1, 1)).derivative(0)).toBe(0);
    expect(SLOPE_LIMIT).toBe(1_048_576);
  });

  test('a handle outside its piece is taken as if on its end', () => {
    // Rounding may leave it a little outside.
    const inside = curveOf(pieceOf(0, 0, 1, 0.5, 1, 1));
    const outside = curveOf(pieceOf(0, 0, 1 + 1e-3, 0.5, 1, 1));
    const before = curveOf(pieceOf(0, 0, -1e-3, 0.5, 1, 1));
    const left = curveOf(pieceOf(0, 0, 0, 0.5, 1, 1));
    for (const p of [0.1, 0.5, 0.9]) {
      expect(outside.value(p)).toBe(inside.value(p));
      expect(before.value(p)).toBe(left.value(p));
    }
  });

  test('beyond [0, 1] it goes on as at its ends', () => {
    const curve = curveOf(pieceOf(0, 0.2, 0.5, 0.9, 1, 0.8));
    expect(curve.value(-0.1)).toBe(0.2);
    expect(curve.value(1.1)).toBe(0.8);
  });
});
