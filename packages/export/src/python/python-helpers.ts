import { MIN_PIECE_WIDTH, SLOPE_LIMIT } from '@auto-seg-loss/kernel';
import type { HelperSource } from '../source/helpers.ts';

/** The helpers that are operators alone: the same for every tensor library of Python. */
export const pythonHelpers: Readonly<Record<'or' | 'edge' | 'disc' | 'ratio' | 'harmonic', HelperSource>> = {
  or: {
    text: `def _or(a, b):
    return a + b - a * b`,
  },
  edge: {
    text: `def _edge(mask):
    """The inner outline, one pixel thick."""
    return mask - _erode(mask, 1, 1)`,
    needs: ['erode'],
  },
  disc: {
    text: `def _disc(radius, row, column):
    """How many pixels a disc has on either side: in its middle row, and in those after it."""
    rows = range(math.floor(radius / row + 1e-9) + 1)
    left = [max(0, radius * radius - row * y * (row * y)) for y in rows]
    return [math.floor(math.sqrt(each) / column + 1e-9) for each in left]`,
  },
  ratio: {
    text: `def _ratio(a, b):
    return a / (b + EPSILON)`,
  },
  harmonic: {
    text: `def _harmonic(a, b):
    return 2 * a * b / (a + b + EPSILON)`,
  },
};

/** The limits of `piecewiseCurve` in the kernel. */
export const pieceLimits: string = `NARROW = ${MIN_PIECE_WIDTH}  # a narrower piece is a step
STEEPEST = ${SLOPE_LIMIT}.0`;

/** The constants of every curve whose slope is not derived. */
export const curveLimits: string = `${pieceLimits}
TINY = 1e-30`;

/** Of masks whose classes are the last axis. */
export const channelsLastPixels: HelperSource = {
  text: `def _pixels(share, mask):
    """A share of the image's diagonal in whole pixels, halves rounded to even; at least 1."""
    return max(1, round(share * math.hypot(mask.shape[1], mask.shape[2])))`,
};
