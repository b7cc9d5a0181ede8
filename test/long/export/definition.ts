import type { Curve, Mask, MeasureAlgebra, Metric, PerClass, Reach, Region } from '@auto-seg-loss/kernel';
import { probabilitiesOf } from '../../../packages/testing/src/metric/evaluate.ts';
import { nearOf } from '../../../packages/testing/src/metric/near-of.ts';
import {
  openSoftScore,
  plainRelaxedScore,
  sealSoftSums,
} from '../../../packages/testing/src/metric/plain-relaxed-score.ts';
import { type Album, isValid, type Picture } from '../../../packages/testing/src/pictures/picture.ts';

// A metric's loss and its gradient by the logits as they are defined, in float64: masks by reverse accumulation with the
// curves' own derivatives, the arithmetic on the few sums by differences.

/** A number for each class and pixel, [c·h·w], and the loss's slope by each. */
interface Node {
  readonly values: Float64Array;
  readonly slopes: Float64Array;
  /** Whether it depends on the prediction. */
  readonly soft: boolean;
}

interface SumNode {
  readonly values: readonly number[];
  readonly of: 'data set' | 'image';
  /** Adds the loss's slopes by the sum of each class to those of what was added up. */
  readonly back: (slopes: readonly number[]) => void;
}

interface Measured {
  readonly sums: Readonly<Record<string, SumNode>>;
  /** The loss's slopes by the probabilities, [c·h·w], once those by the sums are known. */
  readonly back: () => Float64Array;
}

const open = (mask: Mask): Node => mask as unknown as Node;
const openRegion = (region: Region): readonly boolean[] => region as unknown as readonly boolean[];
const seal = (node: Node): Mask => node as unknown as Mask;
const sealRegion = (region: readonly boolean[]): Region => region as unknown as Region;
const at = (values: ArrayLike<number>, index: number): number => values[index] as number;

function measure(
  metric: Metric,
  { height, width, label }: Picture,
  classes: number,
  probabilities: readonly (readonly number[])[],
  curves: readonly Curve[],
): Measured {
  const pixels = height * width;
  const size = classes * pixels;
  const tape: (() => void)[] = [];
  const make = (soft: boolean, of: (index: number) => number): Node => ({
    values: Float64Array.from({ length: size }, (_, index) => of(index)),
    slopes: new Float64Array(size),
    soft,
  });
  /** A node, and how the slope by each of its values becomes slopes by its inputs. */
  const record = (node: Node, back: (slope: number, index: number) => void): Mask => {
    if (node.soft) tape.push(() => node.slopes.forEach((slope, index) => void (slope !== 0 && back(slope, index))));
    return seal(node);
  };
  const add = (node: Node, index: number, slope: number): void => {
    node.slopes[index] = at(node.slopes, index) + slope;
  };

  let slot = 0;
  const relaxed = (mask: Mask): Mask => {
    const input = open(mask);
    if (!input.soft) return mask;
    const curve = curves[slot++] as Curve;
    return record(
      make(true, (i) => curve.value(at(input.values, i))),
      (slope, i) => add(input, i, slope * curve.derivative(at(input.values, i))),
    );
  };
  const pairwise = (
    first: Mask,
    second: Mask,
    value: (a: number, b: number) => number,
    slopes: (a: number, b: number) => readonly [number, number],
  ): Mask => {
    const [a, b] = [open(first), open(second)];
    return record(
      make(a.soft || b.soft, (i) => value(at(a.values, i), at(b.values, i))),
      (slope, i) => {
        const [byA, byB] = slopes(at(a.values, i), at(b.values, i));
        add(a, i, slope * byA);
        add(b, i, slope * byB);
      },
    );
  };
  const minus = (a: Mask, b: Mask): Mask =>
    pairwise(
      a,
      b,
      (x, y) => x - y,
      () => [1, -1],
    );
  const times = (a: Mask, b: Mask): Mask =>
    pairwise(
      a,
      b,
      (x, y) => x * y,
      (x, y) => [y, x],
    );
  /** The greatest of sign · value in a square or disc; what is chosen has the slope, and beyond the picture nothing has. */
  const window = (mask: Mask, reach: Reach, sign: 1 | -1, outside: number): Mask => {
    const input = open(mask);
    const [down, right, isNear] = nearOf(reach, height, width);
    const chosen = new Int32Array(size);
    const node = make(input.soft, (index) => {
      const [channel, row, column] = [
        Math.floor(index / pixels) * pixels,
        Math.floor((index % pixels) / width),
        (index % pixels) % width,
      ];
      let [best, from] = [at(input.values, index), index];
      for (let y = row - down; y <= row + down; y++) {
        for (let x = column - right; x <= column + right; x++) {
          if (!isNear(y - row, x - column)) continue;
          const inside = y >= 0 && x >= 0 && y < height && x < width;
          const other = channel + y * width + x;
          const value = inside ? at(input.values, other) : outside;
          if (sign * value > sign * best) [best, from] = [value, inside ? other : -1];
        }
      }
      chosen[index] = from;
      return best;
    });
    return record(node, (slope, index) => {
      const from = at(chosen, index);
      if (from >= 0) add(input, from, slope);
    });
  };
  const erode = (mask: Mask, radius: Reach, outside: number): Mask => window(mask, radius, -1, outside);

  const valid = Array.from(label, isValid);
  const prediction = make(true, (i) => at(probabilities[Math.floor(i / pixels)] as readonly number[], i % pixels));
  const algebra: MeasureAlgebra = {
    and: (_, first, second) => {
      const [a, b] = [relaxed(first), relaxed(second)];
      return times(a, b);
    },
    or: (_, first, second) => {
      const [a, b] = [relaxed(first), relaxed(second)];
      return pairwise(
        a,
        b,
        (x, y) => x + y - x * y,
        (x, y) => [1 - y, 1 - x],
      );
    },
    minus,
    times,
    erode: (mask, { radius = 1, outside = 1 } = {}) => erode(mask, radius, outside),
    dilate: (mask, tolerance) => window(mask, tolerance, 1, Number.NEGATIVE_INFINITY),
    edge: (mask) => minus(mask, erode(mask, 1, 1)),
    anyClass: (mask, { withoutBackground = false } = {}) =>
      sealRegion(
        Array.from(label, (_, i) =>
          Array.from({ length: classes }, (__, c) => c).some(
            (c) => at(open(mask).values, c * pixels + i) === 1 && !(withoutBackground && c === 0),
          ),
        ),
      ),
    within: (a, b) => sealRegion(openRegion(a).map((each, i) => each && openRegion(b)[i] === true)),
    sum: (mask, where, of = 'data set') => {
      const input = open(mask);
      const counted = where === undefined ? valid : openRegion(where);
      const values = new Array<number>(classes).fill(0);
      input.values.forEach((value, i) => {
        if (counted[i % pixels]) values[Math.floor(i / pixels)] = at(values, Math.floor(i / pixels)) + value;
      });
      const back = (slopes: readonly number[]): void => {
        for (let i = 0; i < size; i++) if (counted[i % pixels]) add(input, i, at(slopes, Math.floor(i / pixels)));
      };
      return { values, of, back } as unknown as PerClass;
    },
  };
  const sums = metric.measure(algebra, {
    prediction: seal(prediction),
    label: seal(make(false, (i) => (label[i % pixels] === Math.floor(i / pixels) ? 1 : 0))),
    valid: sealRegion(valid),
    everywhere: sealRegion(valid.map(() => true)),
  }) as unknown as Readonly<Record<string, SumNode>>;
  return {
    sums,
    back: () => {
      for (const step of [...tape].reverse()) step();
      return prediction.slopes;
    },
  };
}

/** Of a difference, beside what the sum is. */
const STEP = 1e-3;
const EPSILON = 1e-8;

/**
 * The slope by differences over two steps, extrapolated: the error is of the fourth power of the step.
 * @param from what is moved; its scale is that of ratios with EPSILON in their denominators.
 */
function slopeAt(value: (x: number) => number, from: number): number {
  const step = STEP * (Math.abs(from) + EPSILON);
  const over = (by: number): number => (value(from + by) - value(from - by)) / (2 * by);
  const [wide, half, quarter] = [over(step), over(step / 2), over(step / 4)];
  const [first, second] = [(4 * half - wide) / 3, (4 * quarter - half) / 3];
  return (16 * second - first) / 15;
}

/** What a loss is of logits, and its gradient by them, [n, h, w, c]. */
export interface Defined {
  readonly value: number;
  readonly gradient: Float64Array;
}

/** @param logits [n, h, w, c] of the album's pictures. @param temperature what they are divided by. */
export function defineLoss(
  metric: Metric,
  curves: readonly Curve[],
  album: Album,
  logits: Float64Array,
  absent: 'zero' | 'skip',
  temperature = 1,
): Defined {
  const divided = logits.map((logit) => logit / temperature);
  const { value, gradient } = defineOfLogits(metric, curves, album, divided, absent);
  return { value, gradient: gradient.map((slope) => slope / temperature) };
}

function defineOfLogits(
  metric: Metric,
  curves: readonly Curve[],
  album: Album,
  logits: Float64Array,
  absent: 'zero' | 'skip',
): Defined {
  const { classes, pictures } = album;
  if (!pictures.some(({ label }) => label.some(isValid)))
    return { value: 0, gradient: new Float64Array(logits.length) };
  const probabilities = probabilitiesOf(album, logits);
  const measured = pictures.map((picture, i) =>
    measure(metric, picture, classes, probabilities[i] as readonly (readonly number[])[], curves),
  );
  const names = Object.keys(measured[0]?.sums ?? {});
  const rows = Object.fromEntries(
    names.map((name) => {
      const all = measured.map(({ sums }) => sums[name] as SumNode);
      if (all[0]?.of === 'image') return [name, all.map(({ values }) => [...values])];
      return [
        name,
        [Array.from({ length: classes }, (_, c) => all.reduce((sum, { values }) => sum + at(values, c), 0))],
      ];
    }),
  );
  const labelled = Array.from({ length: classes }, (_, c) => pictures.some(({ label }) => label.includes(c)));
  const algebra = plainRelaxedScore(absent === 'skip' ? labelled : undefined);
  const loss = (): number =>
    1 -
    openSoftScore(
      metric.score(algebra, Object.fromEntries(Object.entries(rows).map(([name, row]) => [name, sealSoftSums(row)]))),
    );
  for (const name of names) {
    const slopes = (rows[name] as number[][]).map((row) =>
      row.map((sum, c) => {
        const slope = slopeAt((moved) => {
          row[c] = moved;
          return loss();
        }, sum);
        row[c] = sum;
        return slope;
      }),
    );
    measured.forEach(({ sums }, i) => void sums[name]?.back(slopes[slopes.length === 1 ? 0 : i] as number[]));
  }
  const gradient = new Float64Array(logits.length);
  let start = 0;
  measured.forEach(({ back }, i) => {
    const byProbability = back();
    const own = probabilities[i] as readonly (readonly number[])[];
    const pixels = byProbability.length / classes;
    for (let pixel = 0; pixel < pixels; pixel++) {
      const p = own.map((row) => at(row, pixel));
      const mean = p.reduce((sum, share, c) => sum + share * at(byProbability, c * pixels + pixel), 0);
      for (let c = 0; c < classes; c++) {
        gradient[start + pixel * classes + c] = at(p, c) * (at(byProbability, c * pixels + pixel) - mean);
      }
    }
    start += pixels * classes;
  });
  return { value: loss(), gradient };
}
