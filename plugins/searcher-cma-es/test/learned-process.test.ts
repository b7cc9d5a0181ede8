import { fc, test } from '@fast-check/vitest';
import { CholeskyDecomposition, Matrix } from 'ml-matrix';
import { describe, expect } from 'vitest';
import { factorInPlace, solveLower, solveUpper } from '../src/factor.ts';
import type { Observation } from '../src/gaussian-process.ts';
import { learnedProcess } from '../src/learned-process.ts';
import { noKnowledge } from '../src/prior-knowledge.ts';

const number = fc.integer({ min: -10, max: 10 }).map((tenths) => tenths / 10);
const squares = fc
  .integer({ min: 1, max: 6 })
  .chain((n) => fc.array(fc.array(number, { minLength: n, maxLength: n }), { minLength: n, maxLength: n }));

describe('the factor of a matrix', () => {
  test.prop([squares])('is that of ml-matrix, and solves as it does', (rows) => {
    const root = new Matrix(rows);
    const matrix = Matrix.add(root.mmul(root.transpose()), Matrix.eye(rows.length));
    const n = rows.length;
    const factor = Float64Array.from(matrix.to1DArray());
    expect(factorInPlace(factor, n)).toBe(true);
    const cholesky = new CholeskyDecomposition(matrix);
    const expected = cholesky.lowerTriangularMatrix;
    for (let i = 0; i < n; i++)
      for (let j = 0; j <= i; j++) expect(factor[i * n + j]).toBeCloseTo(expected.get(i, j), 9);
    const vector = rows.map((row) => row[0] as number);
    const solved = solveUpper(factor, n, solveLower(factor, n, vector));
    const known = cholesky.solve(Matrix.columnVector(vector)).to1DArray();
    for (const [index, value] of known.entries()) expect(solved[index]).toBeCloseTo(value, 9);
  });

  test('of a matrix that is not positive definite is none', () => {
    expect(factorInPlace(Float64Array.of(1, 2, 2, 1), 2)).toBe(false);
  });
});

const grid: readonly Observation[] = Array.from({ length: 24 }, (_, index) => {
  const theta = [(index % 6) / 5, Math.floor(index / 6) / 3];
  return { theta, worth: 0.5 - 0.4 * ((theta[0] as number) - 0.7) ** 2, round: index % 4 };
});

describe('the learned process', () => {
  test('finds which parameter matters, and where it is best', () => {
    const process = learnedProcess(grid, noKnowledge(2));
    const [matters, idle] = process?.scales ?? [];
    expect(idle).toBeGreaterThan(2 * (matters as number));
    const means = [0, 0.2, 0.4, 0.7, 1].map((x) => process?.mean([x, 0.5]) as number);
    expect(means.indexOf(Math.max(...means))).toBe(3);
  });

  test.prop([fc.constantFrom(0.1, 0.5), fc.constantFrom(0, 0.2)])(
    'worths on another scale change nothing',
    (scale, shift) => {
      const bent = learnedProcess(
        grid.map((one) => ({ ...one, worth: scale * one.worth + shift })),
        noKnowledge(2),
      );
      expect(bent?.mean([0.3, 0.6])).toBeCloseTo(learnedProcess(grid, noKnowledge(2))?.mean([0.3, 0.6]) as number, 6);
    },
    60_000,
  );

  test('knows nothing of equal worths, or of one, unless other tasks foretell something', () => {
    const equal = grid.map((one) => ({ ...one, worth: 0.3 }));
    expect(learnedProcess(equal, noKnowledge(2))).toBeNull();
    expect(learnedProcess(grid.slice(0, 1), noKnowledge(2))).toBeNull();
    const views = ([x]: readonly number[]): readonly number[] => [x as number];
    const told = learnedProcess(equal, { scales: [0.8, 0.8], views });
    expect(told?.mean([0.9, 0])).toBeGreaterThan(told?.mean([0.1, 0]) as number);
  });

  test('believes another task until its own trials say otherwise', () => {
    const views = ([x]: readonly number[]): readonly number[] => [4 * (x as number) - 2];
    const falling = (count: number): readonly Observation[] =>
      Array.from({ length: count }, (_, index) => ({ theta: [index / 8, 0.5], worth: 0.5 - index / 20, round: 0 }));
    const slope = (count: number): number => {
      const process = learnedProcess(falling(count), { scales: [0.8, 0.8], views });
      return (process?.mean([1, 0.5]) as number) - (process?.mean([0, 0.5]) as number);
    };
    expect(slope(0)).toBeGreaterThan(0);
    expect(slope(6)).toBeLessThan(0);
  });
});
