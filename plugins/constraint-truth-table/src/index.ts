import { type Constraint, definePlugin, noOptions, type Plugin, type Violation } from '@auto-seg-loss/kernel';

/** The truth table's two rows for a soft input: g(0) = 0 and g(1) = 1. */
const rows = [
  { end: 'left', input: 0, output: 0 },
  { end: 'right', input: 1, output: 1 },
] as const;

/**
 * g(0) = 0 and g(1) = 1: on binary inputs the relaxed operation then agrees with the logical one, and the surrogate equals
 * the metric (Auto Seg-Loss, ICLR 2021, section 3.2).
 */
const truthTable: Constraint = {
  name: 'truth-table',
  pin: (index, count) => (index === 0 ? 0 : index === count - 1 ? 1 : undefined),
  project: (ordinates) => ordinates.map((y, index) => truthTable.pin(index, ordinates.length) ?? y),
  lift: (ordinates) => ordinates,
  check: ({ points }) =>
    rows.flatMap(({ end, input, output }): Violation[] => {
      const index = end === 'left' ? 0 : points.length - 1;
      const y = points[index]?.[1];
      if (y === output) return [];
      return [{ constraint: 'truth-table', point: index, message: `g(${input}) is ${y}, but must be ${output}` }];
    }),
};

export const plugin: Plugin<'constraint', Record<string, never>> = definePlugin({
  kind: 'constraint',
  name: 'truth-table',
  summary: 'g(0) = 0 and g(1) = 1: the surrogate equals the metric on binary masks',
  options: noOptions,
  create: () => truthTable,
});
