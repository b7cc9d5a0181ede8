import { openEngine } from '@auto-seg-loss/engine';
import { type Curve, type Piece, type Point, piecewiseCurve } from '@auto-seg-loss/kernel';
import { fc, test } from '@fast-check/vitest';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect } from 'vitest';
import { applyCurveByPieces, pieceTensor } from '../src/curve-parameters.ts';

// Arithmetic is the same on every engine.
beforeAll(() => openEngine({ backend: 'wasm' }));

const line: readonly Point[] = [
  [0, 0],
  [1, 1],
];
const FIELDS = ['x0', 'y0', 'x1', 'y1', 'x2', 'y2'] as const;

/** The ordinate of a piece at p, found by halving. */
function ordinate({ x0, y0, x1, y1, x2, y2 }: Piece, p: number): number {
  const at = (a: number, b: number, c: number, t: number) => (1 - t) ** 2 * a + 2 * t * (1 - t) * b + t ** 2 * c;
  let [low, high] = [0, 1];
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2;
    if (at(x0, x1, x2, middle) < p) low = middle;
    else high = middle;
  }
  return at(y0, y1, y2, low);
}

/** The slopes of Σ weights·g(p) by p and by the coordinates of each piece. */
function slopesOf(curve: Curve, p: readonly number[], weights: readonly number[], shape: number[] = [p.length]) {
  const before = tf.memory().numTensors;
  const result = tf.tidy(() => {
    const sum = (at: tf.Tensor, pieces: tf.Tensor): tf.Scalar =>
      tf.sum(tf.mul(applyCurveByPieces(at, pieces as tf.Tensor2D, curve), tf.tensor([...weights], shape)));
    const pieces = pieceTensor(curve.pieces ?? []);
    const [byP, byPieces] = tf.grads(sum)([tf.tensor([...p], shape), pieces]);
    expect(byP?.shape).toEqual(shape);
    expect(byPieces?.shape).toEqual(pieces.shape);
    return {
      value: sum(tf.tensor([...p], shape), pieces).dataSync()[0] as number,
      byP: [...(byP?.dataSync() ?? [])],
      byPieces: (byPieces?.arraySync() ?? []) as number[][],
    };
  });
  expect(tf.memory().numTensors).toBe(before);
  return result;
}

const unit = fc.double({ min: 0, max: 1, noNaN: true });
/** Pieces of some width, whose handles are not on their knots. */
const smooth = fc
  .tuple(
    fc.array(
      fc.tuple(
        fc.double({ min: 0.2, max: 1, noNaN: true }),
        fc.double({ min: 0.2, max: 0.8, noNaN: true }),
        unit,
        unit,
      ),
      {
        minLength: 1,
        maxLength: 4,
      },
    ),
    unit,
  )
  .map(([drawn, start]): Piece[] => {
    const total = drawn.reduce((sum, [width]) => sum + width, 0);
    let [x, y] = [0, start];
    return drawn.map(([width, handle, y1, y2], i) => {
      const x2 = i === drawn.length - 1 ? 1 : x + width / total;
      const piece = { x0: x, y0: y, x1: x + handle * (x2 - x), y1, x2, y2 };
      [x, y] = [x2, y2];
      return piece;
    });
  });
const weighted = fc.array(
  fc.record({
    piece: fc.nat(3),
    share: fc.double({ min: 0.02, max: 0.98, noNaN: true }),
    weight: fc.double({ min: -2, max: 2, noNaN: true }),
  }),
  { minLength: 1, maxLength: 6 },
);

describe('a curve with the coordinates of its pieces', () => {
  test.prop([smooth, weighted])(
    'has the slopes of differences, each piece those of the probabilities in it',
    (pieces, drawn) => {
      const places = drawn.map(({ piece, share, weight }) => {
        const at = piece % pieces.length;
        const { x0, x2 } = pieces[at] as Piece;
        return { at, p: Math.fround(x0 + share * (x2 - x0)), weight };
      });
      const { value, byP, byPieces } = slopesOf(
        piecewiseCurve(line, pieces),
        places.map(({ p }) => p),
        places.map(({ weight }) => weight),
        [1, places.length, 1],
      );
      const sum = (of: readonly number[]) => of.reduce((total, each) => total + each, 0);
      const expected = sum(places.map(({ at, p, weight }) => weight * ordinate(pieces[at] as Piece, p)));
      expect(Math.abs(value - expected)).toBeLessThan(1e-4);
      const step = 1e-5;
      const close = (found: number | undefined, measured: number, what: string) =>
        expect(Math.abs((found ?? Number.NaN) - measured), what).toBeLessThan(1e-3 * (1 + Math.abs(measured)));
      places.forEach(({ at, p, weight }, i) => {
        const [up, down] = [step, -step].map((by) => ordinate(pieces[at] as Piece, p + by)) as [number, number];
        close(byP[i], (weight * (up - down)) / (2 * step), `place ${i}`);
      });
      pieces.forEach((piece, at) => {
        FIELDS.forEach((field, column) => {
          const [up, down] = [step, -step].map((by) =>
            sum(
              places
                .filter((place) => place.at === at)
                .map(({ p, weight }) => weight * ordinate({ ...piece, [field]: piece[field] + by }, p)),
            ),
          ) as [number, number];
          close(byPieces[at]?.[column], (up - down) / (2 * step), `${field} of piece ${at}`);
        });
      });
    },
  );

  test.prop([smooth, weighted])(
    'rises with all of its ordinates, and moves with all of its abscissae',
    (pieces, drawn) => {
      // Both ends and every knot among them: none may count twice, or not at all.
      const p = [0, 1, ...pieces.map(({ x2 }) => Math.fround(x2)), ...drawn.map(({ share }) => Math.fround(share))];
      for (const [i, at] of p.entries()) {
        const { byP, byPieces } = slopesOf(piecewiseCurve(line, pieces), [at], [2]);
        const column = (first: 0 | 1) =>
          byPieces.flatMap((fields) => fields.filter((_, c) => c % 2 === first)).reduce((a, b) => a + b, 0);
        expect(column(1), `place ${i}`).toBeCloseTo(2, 4);
        const slope = byP[0] as number;
        expect(Math.abs(column(0) + slope), `place ${i}`).toBeLessThan(1e-3 * (1 + Math.abs(slope)));
      }
    },
  );

  test('has no slopes by a step, beside those of the pieces around it', () => {
    const pieces: readonly Piece[] = [
      { x0: 0, y0: 0.1, x1: 0, y1: 0.2, x2: 0, y2: 0.3 },
      { x0: 0, y0: 0.3, x1: 0.25, y1: 0.3, x2: 0.5, y2: 0.5 },
      { x0: 0.5, y0: 0.5, x1: 0.5, y1: 0.6, x2: 0.5, y2: 0.7 },
      { x0: 0.5, y0: 0.7, x1: 0.75, y1: 0.8, x2: 1, y2: 0.9 },
      { x0: 1, y0: 0.9, x1: 1, y1: 1, x2: 1, y2: 1 },
    ];
    const { byPieces } = slopesOf(piecewiseCurve(line, pieces), [0, 0.25, 0.5, 0.75, 1], [1, 1, 1, 1, 1]);
    for (const step of [0, 2, 4]) expect(byPieces[step]?.every((slope) => slope === 0)).toBe(true);
    // Half-way in a piece whose handle is in the middle, t = 1/2: Bernstein polynomials 1/4, 1/2, 1/4; the knot on its right
    // is its own.
    const ordinates = [1, 3].map((piece) => [1, 3, 5].map((field) => byPieces[piece]?.[field]));
    ordinates.forEach((found) => {
      [0.25, 0.5, 1.25].forEach((slope, i) => {
        expect(found[i]).toBeCloseTo(slope, 4);
      });
    });
  });
});
