import type { NpyArray } from '@auto-seg-loss/images';
import { type AslError, IGNORE_LABEL } from '@auto-seg-loss/kernel';
import { wrongArgument as wrong } from './argument-error.ts';
import { classLabels } from './loss-labels.ts';
import { showShape } from './npy-file.ts';
import { countsOf } from './value-counts.ts';

/** The order of the logits' axes: classes before or after rows and columns. */
export type Layout = 'nchw' | 'nhwc';

/** What a loss is computed of. */
export interface LossArrays {
  /** Row-major, of `shape` in `layout`; finite. */
  readonly logits: Float32Array;
  readonly shape: readonly [number, number, number, number];
  readonly layout: Layout;
  /** [n, h, w]; -1 where ignored. */
  readonly labels: Int32Array;
}

/** How the files are named and read. */
export interface LossArrayOptions {
  readonly logits: string;
  readonly labels: string;
  readonly layout: Layout;
  readonly ignore?: readonly number[];
}

/**
 * Logits and labels as a loss takes them.
 * @throws AslError ASL_ARGUMENT_INVALID for arrays of another type or shape, one channel, logits that are not finite, labels
 *   that are neither a class nor ignored, and labels of which none counts.
 */
export function lossArrays(logits: NpyArray, labels: NpyArray, options: LossArrayOptions): LossArrays {
  const { layout } = options;
  checkLogits(logits, options);
  checkLabels(labels, logits, options);
  const shape = logits.shape as LossArrays['shape'];
  const classes = layout === 'nchw' ? shape[1] : shape[3];
  const values = wholeNumbers(labels, options);
  if (classes < 2) throw oneChannel(values, shape, options);
  const ignore = options.ignore ?? (classes > IGNORE_LABEL ? [] : [IGNORE_LABEL]);
  const known = { classes, ignore, unasked: options.ignore === undefined };
  return {
    logits: finite(logits, options),
    shape,
    layout,
    labels: classLabels(values, labels.shape as [number, number, number], known, `--labels: ${options.labels}`),
  };
}

function checkLogits({ dtype, shape }: NpyArray, { logits, layout }: LossArrayOptions): void {
  const where = `--logits: ${logits}`;
  if (!/^f[248]$/.test(dtype))
    throw wrong('the logits are no floats', { where, expected: 'float32 (or float16, float64)', received: dtype });
  const expected = layout === 'nchw' ? '[images, classes, rows, columns]' : '[images, rows, columns, classes]';
  if (shape.length !== 4 || shape.some((side) => side < 1))
    throw wrong('the logits have another shape', { where, expected, received: showShape(shape) });
}

function checkLabels({ dtype, shape }: NpyArray, logits: NpyArray, { labels, layout }: LossArrayOptions): void {
  const where = `--labels: ${labels}`;
  if (!/^[iu][1248]$/.test(dtype))
    throw wrong('the labels are no whole numbers', { where, expected: 'uint8 or int32', received: dtype });
  const [n = 0, a = 0, b = 0, c = 0] = logits.shape;
  const fitting = { nchw: [n, b, c], nhwc: [n, a, b] };
  const fits = (expected: readonly number[]): boolean =>
    shape.length === 3 && expected.every((side, axis) => side === shape[axis]);
  if (fits(fitting[layout])) return;
  const other: Layout = layout === 'nchw' ? 'nhwc' : 'nchw';
  throw wrong('the labels do not fit the logits', {
    where,
    expected: `${showShape(fitting[layout])}, for ${layout} logits ${showShape(logits.shape)}`,
    received: showShape(shape),
    ...(fits(fitting[other]) ? { remedy: `pass --layout ${other}` } : {}),
  });
}

function wholeNumbers({ data }: NpyArray, { labels }: LossArrayOptions): Int32Array {
  return Int32Array.from(data as ArrayLike<number>, (each) => {
    const value = Number(each);
    if (Math.abs(value) < 2 ** 31) return value;
    throw wrong('a label is out of range', {
      where: `--labels: ${labels}`,
      expected: 'int32',
      received: String(value),
    });
  });
}

/** With softmax, whatever the logit, the only class has the probability 1: every loss is constant, and its gradient 0. */
function oneChannel(
  labels: Int32Array,
  shape: LossArrays['shape'],
  { logits, ignore = [] }: LossArrayOptions,
): AslError {
  const others = [...countsOf(labels)].filter(([value]) => value !== 0 && !ignore.includes(value)).slice(0, 4);
  const noClass = others.map(([value, count]) => `label ${value} is no class at ${count} of ${labels.length} pixels`);
  return wrong('the logits have one channel: softmax over one channel has nothing to learn', {
    where: `--logits: ${logits}`,
    expected: 'a channel for each class, two at least',
    received: [`one channel, ${showShape(shape)}`, ...noClass].join('; '),
    remedy: 'give two channels; for the logit x of a sigmoid network they are 0 and x',
  });
}

function finite({ data, shape }: NpyArray, { logits, layout }: LossArrayOptions): Float32Array {
  const values = Float32Array.from(data as ArrayLike<number>);
  const first = values.findIndex((value) => !Number.isFinite(value));
  if (first === -1) return values;
  const nan = values.reduce((count, value) => count + (Number.isNaN(value) ? 1 : 0), 0);
  const infinite = values.reduce((count, value) => count + (Math.abs(value) === Number.POSITIVE_INFINITY ? 1 : 0), 0);
  const parts = [...(nan > 0 ? [`${nan} NaN`] : []), ...(infinite > 0 ? [`${infinite} infinite`] : [])];
  throw wrong('the logits are not finite', {
    where: `--logits: ${logits}, ${placeOf(first, shape, layout)}`,
    expected: 'numbers that are finite in float32',
    received: `${parts.join(' and ')} of ${values.length} numbers, the first ${values[first]}`,
    remedy: 'find where the network leaves the finite numbers: a loss of such logits means nothing',
  });
}

function placeOf(index: number, shape: readonly number[], layout: Layout): string {
  const names = layout === 'nchw' ? ['image', 'channel', 'row', 'column'] : ['image', 'row', 'column', 'channel'];
  const at = shape.map((side, axis) => {
    const below = shape.slice(axis + 1).reduce((product, each) => product * each, 1);
    return Math.floor(index / below) % side;
  });
  return names.map((name, axis) => `${name} ${at[axis]}`).join(', ');
}
