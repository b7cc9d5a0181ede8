import {
  type Constraint,
  definePlugin,
  fromShares,
  noOptions,
  type Plugin,
  toShares,
  type Violation,
} from '@auto-seg-loss/kernel';

/**
 * g never decreases: raising a right answer's probability then never lowers the surrogate (Auto Seg-Loss, ICLR 2021, section
 * 3.2). The ordinates of the control points become shares of what remains to 1, as the abscissae are: a quadratic Bézier
 * piece is non-decreasing exactly when its three ordinates are.
 */
const monotonicity: Constraint = {
  name: 'monotonicity',
  pin: () => undefined,
  project: fromShares,
  lift: toShares,
  check: ({ points }) =>
    points.flatMap(([x, y], index): Violation[] => {
      const before = points[index - 1];
      if (before === undefined || y >= before[1]) return [];
      const message = `g falls from ${before[1]} at x = ${before[0]} to ${y} at x = ${x}`;
      return [{ constraint: 'monotonicity', point: index, message }];
    }),
};

export const plugin: Plugin<'constraint', Record<string, never>> = definePlugin({
  kind: 'constraint',
  name: 'monotonicity',
  summary: 'Curves never decrease: a better answer never lowers the surrogate',
  options: noOptions,
  create: () => monotonicity,
});
