import { type AslError, IGNORE_LABEL } from '@auto-seg-loss/kernel';
import { wrongArgument as wrong } from './argument-error.ts';
import { countsOf } from './value-counts.ts';

/** Which label values mean what. */
export interface KnownValues {
  readonly classes: number;
  /** Values of pixels that do not count; a value that is a class too is ignored. */
  readonly ignore: readonly number[];
  /** Whether nobody said what is ignored. */
  readonly unasked: boolean;
}

/** What stands for every ignored value: no class, whatever the number of classes. */
const IGNORED = -1;
/** So many values are listed in a message. */
const LISTED = 8;

/**
 * Labels as losses take them: each pixel's class, or -1 where it does not count.
 * @param values [n, h, w], row-major.
 * @throws AslError ASL_ARGUMENT_INVALID for a value that is neither, for masks of 0 and 255 of which nobody said what 255 is,
 *   and where no pixel counts.
 */
export function classLabels(
  values: Int32Array,
  shape: readonly [number, number, number],
  known: KnownValues,
  where: string,
): Int32Array {
  const counts = countsOf(values);
  if (known.unasked && counts.size === 2 && counts.has(0) && counts.has(IGNORE_LABEL) && known.ignore.length > 0)
    throw twoReadings(counts, where);
  const ignored = new Set(known.ignore);
  const isClass = (value: number): boolean => value >= 0 && value < known.classes && !ignored.has(value);
  const first = values.findIndex((value) => !isClass(value) && !ignored.has(value));
  if (first !== -1) throw noClass(values, first, shape, { counts, known, where });
  if (!values.some(isClass)) {
    throw wrong('no pixel of the labels counts: all are ignored', {
      where,
      expected: `classes, 0 to ${known.classes - 1}`,
      received: listed([...counts], values.length),
      remedy: 'check the labels, and --ignore',
    });
  }
  return values.map((value) => (isClass(value) ? value : IGNORED));
}

/** The commonest mask of the field: to take 255 for ignored unasked would make every miss of the foreground unseen. */
function twoReadings(counts: ReadonlyMap<number, number>, where: string): AslError {
  const total = (counts.get(0) ?? 0) + (counts.get(IGNORE_LABEL) ?? 0);
  return wrong('the labels hold 0 and 255 alone, which has two readings', {
    where,
    expected: 'classes, 0 and so on; or to be told what 255 is',
    received: listed([...counts], total),
    remedy:
      'if 255 is the foreground of a mask, write it as 1 (labels // 255); if these pixels are not to count, say --ignore=255',
  });
}

function noClass(
  values: Int32Array,
  first: number,
  [, height, width]: readonly [number, number, number],
  { counts, known, where }: { counts: ReadonlyMap<number, number>; known: KnownValues; where: string },
): AslError {
  const { classes, ignore } = known;
  const wanted = new Set(ignore);
  const others = [...counts].filter(([value]) => !wanted.has(value) && (value < 0 || value >= classes));
  const pixels = height * width;
  const at = first % pixels;
  const ignored = ignore.length === 0 ? 'none is ignored' : `${ignore.join(', ')} where ignored`;
  const left = [...ignore, ...others.map(([value]) => value)];
  // Such as the 1 to 150 of ADE20K, whose 0 is no class.
  const fromOne = others.length === 1 && others[0]?.[0] === classes;
  return wrong('a label is neither a class nor ignored', {
    where: `${where}, image ${Math.floor(first / pixels)}, row ${Math.floor(at / width)}, column ${at % width}`,
    expected: `0 to ${classes - 1}, one for each of the ${classes} channels; ${ignored}`,
    received: listed(others, values.length),
    remedy: [
      ...(fromOne ? ['if the classes are counted from 1, subtract 1 (a 0 becomes -1: --ignore=-1)'] : []),
      'if they are classes, the logits need a channel for each',
      ...(others.length > LISTED ? [] : [`if these pixels are not to count, --ignore=${left.join(',')}`]),
    ].join('; '),
  });
}

function listed(counts: readonly (readonly [number, number])[], total: number): string {
  const shown = counts.slice(0, LISTED).map(([value, count]) => `${value} at ${count}`);
  const more = counts.length > LISTED ? [`and ${counts.length - LISTED} more values`] : [];
  return `${[...shown, ...more].join(', ')} of ${total} pixels`;
}
