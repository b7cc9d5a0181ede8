import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { layersOf, nonDominated, type ScoreVector } from '../src/pareto/dominance.ts';
import { frontOf } from '../src/pareto/front.ts';
import { contributions, hypervolume } from '../src/pareto/hypervolume.ts';
import { standings } from '../src/pareto/judged.ts';
import { kneeOf } from '../src/pareto/knee.ts';
import { alongFront, bestOf } from '../src/pareto/spread.ts';

/** Scores on a grid, so that equal ones are common and volumes can be counted in cells. */
const CELLS = 6;
const vectorsOf = (metrics: number): fc.Arbitrary<ScoreVector[]> =>
  fc.array(fc.array(fc.integer({ min: 0, max: CELLS }), { minLength: metrics, maxLength: metrics }), {
    minLength: 1,
    maxLength: 9,
  });
const vectors = fc.integer({ min: 2, max: 4 }).chain(vectorsOf);
/** The same with an order to bring them into. */
const shuffled = vectors.chain((all) =>
  fc.record({ all: fc.constant(all), order: fc.shuffledSubarray([...all.keys()], { minLength: all.length }) }),
);
const zero = (all: readonly ScoreVector[]): ScoreVector => (all[0] ?? []).map(() => 0);
const sorted = (all: readonly ScoreVector[]): readonly string[] => all.map((vector) => vector.join()).toSorted();
const at = (all: readonly ScoreVector[], indices: readonly number[]): readonly ScoreVector[] =>
  indices.map((index) => all[index] as ScoreVector);

/** By the definition. */
const beats = (one: ScoreVector, other: ScoreVector): boolean =>
  one.every((score, axis) => score >= (other[axis] ?? 0)) && one.some((score, axis) => score > (other[axis] ?? 0));

/** Cells of the grid that lie below one of the points, counted one by one. */
function counted(points: readonly ScoreVector[]): number {
  const metrics = points[0]?.length ?? 0;
  const cells = Array.from({ length: CELLS ** metrics }, (_, cell) =>
    Array.from({ length: metrics }, (__, axis) => Math.floor(cell / CELLS ** axis) % CELLS),
  );
  return cells.filter((cell) => points.some((point) => point.every((score, axis) => score > (cell[axis] as number))))
    .length;
}

describe('the front', () => {
  test('is all that nothing dominates, each once', () => {
    fc.assert(
      fc.property(vectors, (all) => {
        const front = at(all, nonDominated(all));
        const expected = all.filter((one) => !all.some((other) => beats(other, one)));
        expect(sorted(front)).toEqual([...new Set(sorted(expected))]);
      }),
    );
  });

  test('is the same in whatever order trials come: of equal ones the first stands for all', () => {
    fc.assert(
      fc.property(shuffled, ({ all, order }) => {
        const other = at(all, order);
        expect(at(other, alongFront(other))).toEqual(at(all, alongFront(all)));
        for (const index of nonDominated(all))
          expect(all.findIndex((one) => one.join() === all[index]?.join())).toBe(index);
        const [one, same] = [frontOf(all, (vector) => vector), frontOf(other, (vector) => vector)];
        expect(same).toEqual(one);
      }),
    );
  });

  test('goes from the best by the first metric to the worst by it', () => {
    fc.assert(
      fc.property(vectorsOf(2), (all) => {
        const front = at(all, alongFront(all));
        for (const [index, [first = 0, second = 0]] of front.entries()) {
          const [before = first + 1, other = second - 1] = front[index - 1] ?? [];
          expect(before > first && other < second).toBe(true);
        }
      }),
    );
  });

  test('layers are fronts of what is left', () => {
    fc.assert(
      fc.property(vectors, (all) => {
        let left = [...all.keys()];
        for (const layer of layersOf(all)) {
          const expected = left.filter((one) => !left.some((other) => beats(all[other] ?? [], all[one] ?? [])));
          expect(layer).toEqual(expected);
          left = left.filter((index) => !layer.includes(index));
        }
        expect(left).toEqual([]);
      }),
    );
  });

  test('a metric that is given twice is one: fronts, layers and the knee of two stay', () => {
    fc.assert(
      fc.property(vectorsOf(2), (all) => {
        const twice = all.map((vector) => [...vector, vector[1] as number]);
        expect(alongFront(twice)).toEqual(alongFront(all));
        expect(layersOf(twice)).toEqual(layersOf(all));
        const once = all.map(([first = 0]) => [first, first]);
        // As the best reward by one metric: the first of the highest.
        const best = Math.max(...once.map(([first = 0]) => first));
        expect(alongFront(once)).toEqual([once.findIndex(([first]) => first === best)]);
        const order = standings(once);
        for (const [a, [one = 0]] of once.entries())
          for (const [b, [other = 0]] of once.entries())
            expect(Math.sign((order[a] ?? 0) - (order[b] ?? 0))).toBe(Math.sign(one - other));
      }),
    );
  });
});

describe('the hypervolume', () => {
  test('is that of all cells of a grid that lie below a point', () => {
    fc.assert(
      fc.property(vectors, (all) => {
        expect(hypervolume(all, zero(all))).toBe(counted(all));
      }),
    );
  });

  test('is the same to the last digit in whatever order points come', () => {
    fc.assert(
      fc.property(shuffled, ({ all, order }) => {
        const real = all.map((vector) => vector.map((score) => Math.sin(score + 1) ** 2));
        expect(hypervolume(at(real, order), zero(all))).toBe(hypervolume(real, zero(all)));
      }),
    );
  });

  test('never falls as trials come', () => {
    fc.assert(
      fc.property(vectors, (all) => {
        const grown = all.map((_, index) => hypervolume(all.slice(0, index + 1), zero(all)));
        expect(grown).toEqual(grown.toSorted((a, b) => a - b));
      }),
    );
  });

  test('falls by what a point contributes, where it is taken away', () => {
    fc.assert(
      fc.property(vectors, (all) => {
        const whole = counted(all);
        const expected = all.map((_, index) => {
          const others = all.filter((__, other) => other !== index);
          return whole - (others.length === 0 ? 0 : counted(others));
        });
        expect(contributions(all, zero(all))).toEqual(expected);
      }),
    );
  });
});

describe('how trials stand', () => {
  test('whoever dominates stands before, equal ones stand alike, and the order in which they come counts for nothing', () => {
    fc.assert(
      fc.property(shuffled, ({ all, order }) => {
        const worth = standings(all);
        for (const [a, one] of all.entries()) {
          expect(worth[a]).toBeGreaterThan(0);
          expect(worth[a]).toBeLessThan(1);
          for (const [b, other] of all.entries()) {
            if (beats(one, other)) expect(worth[a]).toBeGreaterThan(worth[b] ?? 1);
            if (one.join() === other.join()) expect(worth[a]).toBe(worth[b]);
          }
        }
        expect(standings(at(all, order))).toEqual(order.map((index) => worth[index]));
      }),
    );
  });

  test('on a front, what stands alone is before what stands close to others', () => {
    const [end, close, near, alone, other] = standings([
      [10, 0],
      [9, 1],
      [8.9, 1.1],
      [5, 6],
      [0, 10],
    ]);
    expect(alone).toBeGreaterThan(close ?? 1);
    expect(alone).toBeGreaterThan(near ?? 1);
    expect(Math.min(end ?? 0, other ?? 0)).toBeGreaterThan(close ?? 1);
  });
});

describe('what is tried again', () => {
  test('is the front before what stands behind it; ends of a front that is too long stay', () => {
    fc.assert(
      fc.property(vectors, fc.integer({ min: 1, max: 9 }), (all, count) => {
        const chosen = bestOf(all, count);
        const different = new Set(all.map((one) => one.join())).size;
        expect(chosen).toHaveLength(Math.min(count, different));
        const front = nonDominated(all);
        expect(chosen.filter((index) => front.includes(index))).toHaveLength(Math.min(count, front.length));
      }),
    );
    const line = Array.from({ length: 9 }, (_, place) => [place, 8 - place]);
    const few = at(line, bestOf(line, 3));
    expect(few).toContainEqual([0, 8]);
    expect(few).toContainEqual([8, 0]);
    expect(bestOf(line, 3).some((index) => index >= 3 && index <= 5)).toBe(true);
  });
});

describe('the knee', () => {
  test('is furthest from the line between the ends', () => {
    const front = [
      [0.5, 0.2],
      [0.45, 0.6],
      [0.3, 0.68],
      [0.2, 0.7],
    ];
    const [[x0 = 0, y0 = 0] = [], , , [x1 = 0, y1 = 0] = []] = front;
    const distances = front.map(([x = 0, y = 0]) => (x - x1) / (x0 - x1) + (y - y0) / (y1 - y0));
    expect(kneeOf(front)).toBe(distances.indexOf(Math.max(...distances)));
    expect(kneeOf(front)).toBe(1);
  });

  test('is the one there is; of two the one with the higher sum; of none none', () => {
    expect(kneeOf([[0.3, 0.4]])).toBe(0);
    expect(
      kneeOf([
        [0.5, 0.2],
        [0.4, 0.4],
      ]),
    ).toBe(1);
    expect(kneeOf([])).toBe(-1);
  });

  test('does not depend on the scale of a metric', () => {
    fc.assert(
      fc.property(vectorsOf(3), (all) => {
        const front = at(all, alongFront(all));
        // A power of two, so that no digit is lost. Where two are equally far, the scale decides.
        const other = front.map(([first = 0, ...rest]) => [first / 4, ...rest]);
        const sums = (points: readonly ScoreVector[]): number => (points.length === 0 ? 0 : kneeOf(points));
        const far = front.map((one) =>
          one.reduce((sum, score, axis) => {
            const own = front.map((each) => each[axis] as number);
            const [low, high] = [Math.min(...own), Math.max(...own)];
            return sum + (high > low ? (score - low) / (high - low) : 0);
          }, 0),
        );
        fc.pre(new Set(far.map((value) => value.toFixed(9))).size === far.length);
        expect(sums(other)).toBe(sums(front));
      }),
    );
  });
});
