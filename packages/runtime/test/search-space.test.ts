import { plugin as monotonicity } from '@auto-seg-loss/constraint-monotonicity';
import { plugin as truthTable } from '@auto-seg-loss/constraint-truth-table';
import type { Constraint, Surrogate } from '@auto-seg-loss/kernel';
import { Random } from '@auto-seg-loss/kernel';
import { plugin as bezier } from '@auto-seg-loss/surrogate-bezier';
import { describe, expect, test } from 'vitest';
import { curveSpace } from '../src/container/search-space.ts';

const context = { baseDir: '.', cacheDir: '.' };
const surrogate = bezier.create({ pieces: 2 }, context) as Surrogate;
const constraints = [truthTable, monotonicity].map((plugin) => plugin.create({}, context) as Constraint);
const slots = [{ name: 'a' }, { name: 'b' }] as unknown as Parameters<typeof curveSpace>[0];
const space = curveSpace(slots, surrogate, constraints);
const FIELDS = ['x0', 'y0', 'x1', 'y1', 'x2', 'y2'] as const;

describe('slopes by the pieces of curves, as slopes by θ', () => {
  test.each([1, 2, 3])('are those of a function of the pieces (seed %d)', (seed) => {
    const random = Random.fromSeed(seed);
    const theta = Array.from({ length: space.dimensions }, () => 0.05 + 0.9 * random.uniform());
    const weights = slots.map(() => [0, 1].map(() => FIELDS.map(() => random.normal())));
    const valueAt = (at: readonly number[]): number =>
      space.decode(at).reduce((sum, { pieces = [] }, slot) => {
        return (
          sum +
          pieces.reduce(
            (part, piece, index) =>
              part + FIELDS.reduce((s, f, k) => s + piece[f] ** 2 * (weights[slot]?.[index]?.[k] as number), 0),
            0,
          )
        );
      }, 0);
    const slopes = space
      .decode(theta)
      .map(({ pieces = [] }, slot) =>
        pieces.map((piece, index) =>
          FIELDS.map((field, k) => 2 * piece[field] * (weights[slot]?.[index]?.[k] as number)),
        ),
      );
    const pulled = space.pullBack(theta, slopes);
    expect(pulled).toHaveLength(space.dimensions);
    for (const [axis, slope] of pulled.entries()) {
      const h = 1e-5;
      const at = theta[axis] as number;
      const measured = (valueAt(theta.with(axis, at + h)) - valueAt(theta.with(axis, at - h))) / (2 * h);
      expect(slope).toBeCloseTo(measured, 4);
    }
  });

  test('are finite at the sides of the cube', () => {
    for (const side of [0, 1]) {
      const theta = Array.from({ length: space.dimensions }, () => side);
      const slopes = space.decode(theta).map(({ pieces = [] }) => pieces.map(() => FIELDS.map(() => 1)));
      expect(space.pullBack(theta, slopes).every(Number.isFinite)).toBe(true);
    }
  });
});
