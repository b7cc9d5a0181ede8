import { controlPointSurrogate, definePlugin, type Piece, type Plugin, type Point } from '@auto-seg-loss/kernel';
import { z } from 'zod';

export interface TemplateNameOptions {
  /** Free control points of each curve, between its two ends. */
  readonly knots: number;
}

const options: z.ZodType<TemplateNameOptions> = z.strictObject({
  knots: z.int().min(1).max(16).default(2).describe('Free control points of each curve, between its two ends.'),
});

/** Say here what curves they are. As they stand: straight lines from knot to knot, from (0, ·) to (1, ·). */
export const plugin: Plugin<'surrogate', TemplateNameOptions> = definePlugin({
  kind: 'surrogate',
  name: 'template-name',
  summary: 'One line for asl plugins',
  options,
  create: ({ knots }) =>
    // Parameters, constraints and loss files come with control points; what is left to say is how they draw a curve.
    controlPointSurrogate({
      name: 'template-name',
      description: `a line with ${knots} knots`,
      count: knots + 2,
      pieces: lines,
    }),
});

/** Every curve is made of quadratic Bézier pieces; a straight one has its handle half-way. */
function lines(points: readonly Point[]): Piece[] {
  return points.slice(1).map(([x2, y2], index): Piece => {
    const [x0, y0] = points[index] as Point;
    return { x0, y0, x1: (x0 + x2) / 2, y1: (y0 + y2) / 2, x2, y2 };
  });
}
