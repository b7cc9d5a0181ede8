import { type Constraint, controlPointSurrogate, type Piece, type Point } from '@auto-seg-loss/kernel';
import { describe, expect, test } from 'vitest';

/** Straight lines between control points. */
const pieces = (points: readonly Point[]): Piece[] =>
  points.slice(1).map(([x2, y2], index) => {
    const [x0, y0] = points[index] as Point;
    return { x0, y0, x1: (x0 + x2) / 2, y1: (y0 + y2) / 2, x2, y2 };
  });
const family = (count: number) =>
  controlPointSurrogate({ name: 'line', description: `a line of ${count} points`, count, pieces });

const constraintOf = (parts: Partial<Constraint>): Constraint => ({
  name: 'trial',
  pin: () => undefined,
  project: (ordinates) => ordinates,
  lift: (ordinates) => ordinates,
  check: () => [],
  ...parts,
});
/** Fixes the left end, and the right one. */
const ends = constraintOf({
  pin: (index, count) => (index === 0 ? 0.1 : index === count - 1 ? 0.9 : undefined),
  project: (ordinates) => [0.1, ...ordinates.slice(1, -1), 0.9],
});
const half = constraintOf({ project: (y) => y.map((each) => each / 2), lift: (y) => y.map((each) => each * 2) });
const square = constraintOf({ project: (y) => y.map((each) => each ** 2), lift: (y) => y.map(Math.sqrt) });

describe('curves of control points', () => {
  test('have as parameters what no constraint fixes: inner abscissae, and all ordinates that are free', () => {
    expect(family(4).name).toBe('line');
    expect(family(4).dimensions([])).toBe(2 + 4);
    expect(family(4).dimensions([ends])).toBe(2 + 2);
    expect(family(4).dimensions([half, square])).toBe(2 + 4);
    expect(family(2).dimensions([ends])).toBe(0);
    expect(family(2).dimensions([])).toBe(2);
    const middle = constraintOf({ pin: (index) => (index === 1 ? 0 : undefined) });
    expect(family(3).dimensions([middle])).toBe(1 + 2);
    // Where several fix the same one, it is fixed once.
    expect(family(4).dimensions([ends, ends, middle])).toBe(2 + 1);
  });

  test('are decoded point after point, x before y; abscissae are shares of what remains', () => {
    // y0; x1, y1; x2, y2; y3
    const { points } = family(4).decode([0.1, 0.5, 0.2, 0.5, 0.3, 0.4], []);
    expect(points).toEqual([
      [0, 0.1],
      [0.5, 0.2],
      [0.75, 0.3],
      [1, 0.4],
    ]);
  });

  test('keep what is fixed, even at 0', () => {
    expect(family(3).decode([0.5, 0.25], [ends]).points).toEqual([
      [0, 0.1],
      [0.5, 0.25],
      [1, 0.9],
    ]);
    // The constraint need only keep what it fixes: it finds it in its place.
    const right = constraintOf({ pin: (index, count) => (index === count - 1 ? 0.9 : undefined) });
    expect(family(2).decode([0.7], [right]).points).toEqual([
      [0, 0.7],
      [1, 0.9],
    ]);
    const zero = constraintOf({ pin: (index) => (index === 0 ? 0 : undefined) });
    expect(family(2).decode([0.7], [zero]).points).toEqual([
      [0, 0],
      [1, 0.7],
    ]);
  });

  test('go through the constraints in their order, and back in the opposite one', () => {
    const decoded = family(2).decode([0.8, 1], [half, square]);
    expect(decoded.points.map(([, y]) => y)).toEqual([0.4 ** 2, 0.25]);
    expect(family(2).encode(decoded, [half, square])).toEqual([0.8, 1]);
    expect(family(2).decode([0.8, 1], [square, half]).points[0]?.[1]).toBeCloseTo(0.32, 12);
  });

  test('are drawn by their pieces', () => {
    const curve = family(3).decode([0, 0.5, 1, 0.5], []);
    expect([0, 0.25, 0.5, 0.75, 1].map(curve.value)).toEqual([0, 0.5, 1, 0.75, 0.5]);
    expect(curve.pieces).toHaveLength(2);
  });

  test('are encoded by the parameters that draw them', () => {
    const theta = [0.1, 0.5, 0.2, 0.5, 0.3, 0.4];
    expect(family(4).encode(family(4).decode(theta, []), [])).toEqual(theta);
    expect(family(4).encode(family(4).decode([0.5, 0.2, 0.5, 0.3], [ends]), [ends])).toEqual([0.5, 0.2, 0.5, 0.3]);
  });

  test('a search starts at the straight line, but not on a face of the cube, where it would have no room', () => {
    // Thirds: a third of 1, then half of the rest.
    const start = [0.05, 1 / 3, 1 / 3, 0.5, 2 / 3, 0.95];
    family(4)
      .start([])
      .forEach((value, i) => {
        expect(value).toBeCloseTo(start[i] as number, 12);
      });
    expect(family(4).start([])).toHaveLength(6);
    expect(family(3).start([ends])).toEqual([0.5, 0.5]);
  });
});

describe('θ that describes no curve', () => {
  test.each([
    [[], 'theta', '0 numbers'],
    [[0.5, 0.5, 0.5], 'theta', '3 numbers'],
    [[0.5, 1.5], 'theta[1]', '1.5'],
    [[-0.1, 0.5], 'theta[0]', '-0.1'],
    [[0.5, Number.NaN], 'theta[1]', 'NaN'],
  ])('%s is refused, and it is said where', (theta, where, received) => {
    expect(() => family(3).decode(theta, [ends])).toThrow(
      expect.objectContaining({
        code: 'ASL_ARGUMENT_INVALID',
        message: expect.stringContaining('a line of 3 points'),
        details: { where, expected: '2 numbers from 0 to 1', received },
      }),
    );
  });

  test.each([[[0, 0]], [[1, 1]]])('the corners of the cube are curves: %s', (theta) => {
    expect(family(3).decode(theta, [ends]).points).toHaveLength(3);
  });
});

describe('control points of a loss file', () => {
  const points = (...inner: readonly Point[]): readonly Point[] => [[0, 0], ...inner, [1, 1]];

  test('draw their curve', () => {
    const given = points([0.5, 0.25], [0.5, 0.75]);
    const curve = family(4).fromPoints(given);
    expect(curve.points).toBe(given);
    expect([0.25, 0.75].map(curve.value)).toEqual([0.125, 0.875]);
    // Ends may have any height, and points may stand on the faces.
    const flat: readonly Point[] = [
      [0, 1],
      [0, 0],
      [1, 1],
      [1, 0],
    ];
    expect(family(4).fromPoints(flat).points).toBe(flat);
  });

  test.each<[readonly Point[], string, RegExp, string]>([
    [points(), 'points', /^3 control points \(a line of 3 points\)/, '2'],
    [points([0.5, 0.5], [0.6, 0.6]), 'points', /^3 control points/, '4'],
    [points([1.5, 0.5]), 'points[1]', /from 0 to 1/, '(1.5, 0.5)'],
    [points([-0.5, 0.5]), 'points[1]', /from 0 to 1/, '(-0.5, 0.5)'],
    [points([0.5, 1.5]), 'points[1]', /from 0 to 1/, '(0.5, 1.5)'],
    [points([0.5, -0.5]), 'points[1]', /from 0 to 1/, '(0.5, -0.5)'],
    [points([Number.NaN, 0.5]), 'points[1]', /from 0 to 1/, '(NaN, 0.5)'],
    [
      [
        [0.1, 0],
        [0.5, 0.5],
        [1, 1],
      ],
      'points[0]',
      /x = 0 at the left end/,
      '(0.1, 0)',
    ],
    [
      [
        [0, 0],
        [0.5, 0.5],
        [0.9, 1],
      ],
      'points[2]',
      /x = 1 at the right end/,
      '(0.9, 1)',
    ],
  ])('%s are refused, and it is said which', (given, where, expected, received) => {
    expect(() => family(3).fromPoints(given)).toThrow(
      expect.objectContaining({
        code: 'ASL_LOSS_INVALID',
        details: { where, expected: expect.stringMatching(expected), received },
      }),
    );
  });

  test('must not go back', () => {
    expect(() => family(4).fromPoints(points([0.6, 0.5], [0.5, 0.5]))).toThrow(
      expect.objectContaining({
        details: { where: 'points[2]', expected: expect.stringContaining('0.6'), received: '(0.5, 0.5)' },
      }),
    );
  });
});
