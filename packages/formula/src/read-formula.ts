import {
  AslError,
  isDisc,
  type Mask,
  type MeasureAlgebra,
  type MeasureInputs,
  type Metric,
  type PerClass,
  type Reach,
  type Region,
} from '@auto-seg-loss/kernel';
import type { CurveSlot, Formula, MaskExpression, RegionExpression, SumExpression } from './expression.ts';

// The kernel's masks, regions and sums are opaque to authors; here they are expressions.
const mask = (value: Mask): MaskExpression => value as unknown as MaskExpression;
const region = (value: Region): RegionExpression => value as unknown as RegionExpression;
const asMask = (value: MaskExpression): Mask => value as unknown as Mask;
const asRegion = (value: RegionExpression): Region => value as unknown as Region;
const asPerClass = (value: SumExpression): PerClass => value as unknown as PerClass;

/** Curves do not depend on where in θ they stand, so a key leaves their slots out but for a named operation's name. */
class Interner {
  readonly #known = new Map<string, { key: string }>();

  of<T extends { readonly key: string }>(value: T): T {
    const known = this.#known.get(value.key);
    if (known !== undefined) return known as T;
    this.#known.set(value.key, value);
    return value;
  }
}

/** Pixels of a disc's radius: as many as a distance of other metrics may have. */
const LARGEST_DISC = 4096;

/**
 * The symbolic interpreter: runs a metric's `measure` once, without data, and gives its expressions and the curves it needs.
 * @throws AslError ASL_FORMULA_INVALID for an operation's name used twice, a distance that is neither a whole number of pixels,
 *   a share of the diagonal, nor a disc, or `anyClass` of something that depends on the prediction.
 */
export function readFormula(metric: Metric): Formula {
  const interner = new Interner();
  const slots: CurveSlot[] = [];
  const names = new Set<string>();
  const fail = (message: string, expected: string, received: string): never => {
    throw new AslError('ASL_FORMULA_INVALID', message, { where: `metric "${metric.name}"`, expected, received });
  };

  const relaxed = (op: 'and' | 'or', name: string, first: Mask, second: Mask): Mask => {
    if (names.has(name)) {
      fail(
        `the operation "${name}" stands twice in the formula`,
        'a name of its own for each relaxed operation',
        `"${name}"`,
      );
    }
    names.add(name);
    const a = mask(first);
    const b = mask(second);
    const slot = (input: MaskExpression, suffix: string): number | undefined => {
      if (!input.soft) return undefined;
      return slots.push({ name: a.soft && b.soft ? `${name}.${suffix}` : name, operation: op }) - 1;
    };
    const curveA = slot(a, 'a');
    const curveB = slot(b, 'b');
    const key = `${op}[${curveA ?? ''},${curveB ?? ''}](${a.key},${b.key})`;
    return asMask(interner.of({ op, key, soft: a.soft || b.soft, a, b, curveA, curveB }));
  };

  const binary = (op: 'minus' | 'times', first: Mask, second: Mask): Mask => {
    const a = mask(first);
    const b = mask(second);
    return asMask(interner.of({ op, key: `${op}(${a.key},${b.key})`, soft: a.soft || b.soft, a, b }));
  };

  /** Checks a distance, and gives it as it stands in keys. */
  const distanceKey = (operation: string, distance: Reach): string => {
    if (typeof distance === 'number') {
      if (Number.isInteger(distance) && distance >= 0) return String(distance);
      return fail(`${operation} needs a distance in pixels`, 'a whole number from 0', String(distance));
    }
    if (isDisc(distance)) {
      const { disc, spacing = [1, 1] } = distance;
      const pixels = disc / Math.min(...spacing);
      if (disc >= 0 && spacing.every((side) => side > 0) && pixels <= LARGEST_DISC) {
        return `disc ${disc} of ${spacing.join('×')}`;
      }
      return fail(
        `${operation} needs a disc`,
        `a radius from 0 and a spacing above 0, at most ${LARGEST_DISC} pixels of it`,
        `a radius of ${disc} and a spacing of ${spacing.join(', ')}`,
      );
    }
    const { diagonal } = distance;
    if (!(diagonal > 0 && diagonal <= 1)) {
      fail(`${operation} needs a share of the image's diagonal`, 'a number above 0, at most 1', String(diagonal));
    }
    return `${diagonal} diagonal`;
  };

  const valid: RegionExpression = { op: 'valid', key: 'valid' };
  const algebra: MeasureAlgebra = {
    and: (name, a, b) => relaxed('and', name, a, b),
    or: (name, a, b) => relaxed('or', name, a, b),
    minus: (a, b) => binary('minus', a, b),
    times: (a, b) => binary('times', a, b),
    erode: (input, { radius = 1, outside = 1 } = {}) => {
      const a = mask(input);
      const key = `erode(${a.key},${distanceKey('erode', radius)},${outside})`;
      return asMask(interner.of({ op: 'erode', key, soft: a.soft, a, radius, outside }));
    },
    edge: (input) => {
      const a = mask(input);
      return asMask(interner.of({ op: 'edge', key: `edge(${a.key})`, soft: a.soft, a }));
    },
    dilate: (input, tolerance) => {
      const a = mask(input);
      const key = `dilate(${a.key},${distanceKey('dilate', tolerance)})`;
      return asMask(interner.of({ op: 'dilate', key, soft: a.soft, a, tolerance }));
    },
    anyClass: (input, { withoutBackground = false } = {}) => {
      const a = mask(input);
      if (a.soft) fail('anyClass of a mask that depends on the prediction', 'a mask made of the label alone', a.key);
      return asRegion(
        interner.of({ op: 'any-class', key: `any-class(${a.key},${withoutBackground})`, a, withoutBackground }),
      );
    },
    within: (first, second) => {
      const a = region(first);
      const b = region(second);
      return asRegion(interner.of({ op: 'within', key: `within(${a.key},${b.key})`, a, b }));
    },
    sum: (input, where, of = 'data set') => {
      const over = where === undefined ? valid : region(where);
      return asPerClass({ key: `sum(${mask(input).key},${over.key},${of})`, mask: mask(input), region: over, of });
    },
  };
  const inputs: MeasureInputs = {
    prediction: asMask({ op: 'prediction', key: 'prediction', soft: true }),
    label: asMask({ op: 'label', key: 'label', soft: false }),
    valid: asRegion(valid),
    everywhere: asRegion({ op: 'everywhere', key: 'everywhere' }),
  };
  return { sums: metric.measure(algebra, inputs) as unknown as Formula['sums'], slots };
}
