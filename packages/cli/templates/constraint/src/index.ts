import { type Constraint, definePlugin, type Plugin, type Violation } from '@auto-seg-loss/kernel';
import { z } from 'zod';

export interface TemplateNameOptions {
  /** What no control point between the two ends lies above. */
  readonly ceiling: number;
}

const options: z.ZodType<TemplateNameOptions> = z.strictObject({
  ceiling: z.number().gt(0).max(1).default(0.9).describe('What no control point between the two ends lies above.'),
});

const NAME = 'template-name';

/** Say here what it asks of a curve. As it stands: between its two ends, a curve stays at or below a ceiling. */
export const plugin: Plugin<'constraint', TemplateNameOptions> = definePlugin({
  kind: 'constraint',
  name: NAME,
  summary: 'One line for asl plugins',
  options,
  create: ({ ceiling }): Constraint => ({
    name: NAME,
    // An ordinate that it fixes would be no parameter of the search; it fixes none.
    pin: () => undefined,
    // From ordinates in [0, 1] to those that satisfy it, and back. The ends belong to other constraints.
    project: (ordinates) => between(ordinates, (y) => y * ceiling),
    lift: (ordinates) => between(ordinates, (y) => Math.min(1, y / ceiling)),
    check: ({ points }) =>
      points.slice(1, -1).flatMap(([x, y], index): Violation[] => {
        if (y <= ceiling) return [];
        return [{ constraint: NAME, point: index + 1, message: `g is ${y} at x = ${x}, above ${ceiling}` }];
      }),
  }),
});

/** Changes all ordinates but the first and the last. */
function between(ordinates: readonly number[], change: (y: number) => number): readonly number[] {
  return ordinates.map((y, index) => (index === 0 || index === ordinates.length - 1 ? y : change(y)));
}
