import { type Constraint, fromShares, toShares, type Violation } from '@auto-seg-loss/kernel';

/** g(0) = 0 and g(1) = 1: what surrogates are tried with. The plugin of this name is held to laws of its own. */
export const truthTable: Constraint = {
  name: 'truth-table',
  pin: (index, count) => (index === 0 ? 0 : index === count - 1 ? 1 : undefined),
  project: (ordinates) => ordinates.with(0, 0).with(-1, 1),
  lift: (ordinates) => ordinates,
  check: ({ points }): readonly Violation[] =>
    [0, 1].flatMap((end) => {
      const point = end === 0 ? 0 : points.length - 1;
      if (points[point]?.[1] === end) return [];
      return [{ constraint: 'truth-table', point, message: `g(${end}) is ${points[point]?.[1]}` }];
    }),
};

/** g never decreases. */
export const monotonicity: Constraint = {
  name: 'monotonicity',
  pin: () => undefined,
  project: fromShares,
  lift: toShares,
  check: ({ points }): readonly Violation[] =>
    points.flatMap(([x, y], point) => {
      const before = points[point - 1]?.[1] ?? 0;
      return y >= before ? [] : [{ constraint: 'monotonicity', point, message: `g falls to ${y} at ${x}` }];
    }),
};

/** Every combination of the two, in either order. */
export const constraintSets: readonly (readonly Constraint[])[] = [
  [truthTable, monotonicity],
  [truthTable],
  [monotonicity],
  [],
  [monotonicity, truthTable],
];
