import { AslError, type PluginContext } from '@auto-seg-loss/kernel';
import { resolveLoss } from '../loss-file/resolve-loss.ts';
import { type MetricFlags, metricOptions } from '../plugins/metric-options.ts';
import { type NpyFile, readNpy, showShape, writeNpy } from './npy-file.ts';

export type Layout = 'nchw' | 'nhwc';

export interface LossValueOptions extends MetricFlags {
  /** As `resolveLoss` takes it: `published:miou`, `cross-entropy`, a loss file. */
  readonly loss: string;
  /** .npy, float, [n, c, h, w] or [n, h, w, c] as `layout` says. */
  readonly logits: string;
  /** .npy, whole numbers, [n, h, w]; values outside [0, c) are ignored. */
  readonly labels: string;
  readonly layout: Layout;
  /** Where the gradient by the logits goes: .npy, float32, in the logits' layout. */
  readonly gradient?: string;
  readonly context: PluginContext;
}

export interface LossValueResult {
  readonly value: number;
  /** Flags that the loss has no option for, by option name. */
  readonly unused: readonly string[];
}

/**
 * The value of a loss on logits and labels, and its gradient.
 * @throws AslError ASL_ARGUMENT_INVALID naming the argument; what `resolveLoss` and `openEngine` throw.
 */
export async function lossValue(options: LossValueOptions): Promise<LossValueResult> {
  const logits = await readNpy(options.logits, '--logits');
  const labels = await readNpy(options.labels, '--labels');
  checkLogits(logits, options);
  checkLabels(labels, logits, options);
  const { loss, unused } = await resolveLoss(options.loss, {
    context: options.context,
    metricOptions: metricOptions(options),
  });
  const { lossGradient } = await import('./loss-gradient.ts');
  const { value, gradient } = await lossGradient(loss, {
    logits: Float32Array.from(logits.data as ArrayLike<number>),
    shape: logits.shape as [number, number, number, number],
    layout: options.layout,
    labels: Int32Array.from(labels.data as ArrayLike<number>, Number),
  });
  if (options.gradient !== undefined) await writeNpy(options.gradient, gradient, logits.shape);
  return { value, unused };
}

function checkLogits({ dtype, shape }: NpyFile, { logits, layout }: LossValueOptions): void {
  const where = `--logits: ${logits}`;
  if (!/^f[248]$/.test(dtype)) throw wrong(where, 'the logits are no floats', 'float32 (or float16, float64)', dtype);
  const names = layout === 'nchw' ? '[images, classes, rows, columns]' : '[images, rows, columns, classes]';
  if (shape.length !== 4 || shape.some((side) => side < 1))
    throw wrong(where, 'the logits have another shape', names, showShape(shape));
}

function checkLabels({ dtype, shape, data }: NpyFile, logits: NpyFile, { labels, layout }: LossValueOptions): void {
  const where = `--labels: ${labels}`;
  if (!/^[iu][1248]$/.test(dtype)) throw wrong(where, 'the labels are no whole numbers', 'uint8 or int32', dtype);
  const [n = 0, a = 0, b = 0, c = 0] = logits.shape;
  const fitting = { nchw: [n, b, c], nhwc: [n, a, b] };
  const fits = (expected: readonly number[]): boolean =>
    shape.length === 3 && expected.every((side, axis) => side === shape[axis]);
  if (!fits(fitting[layout])) {
    const other: Layout = layout === 'nchw' ? 'nhwc' : 'nchw';
    const remedy = fits(fitting[other]) ? `pass --layout ${other}` : undefined;
    throw wrong(
      where,
      'the labels do not fit the logits',
      `${showShape(fitting[layout])}, for ${layout} logits ${showShape(logits.shape)}`,
      showShape(shape),
      remedy,
    );
  }
  for (let i = 0; i < data.length; i++) {
    const value = Number(data[i]);
    if (value !== Math.trunc(value) || Math.abs(value) >= 2 ** 31)
      throw wrong(where, 'a label is out of range', 'int32', String(value));
  }
}

function wrong(where: string, message: string, expected: string, received: string, remedy?: string): AslError {
  return new AslError('ASL_ARGUMENT_INVALID', message, {
    where,
    expected,
    received,
    ...(remedy === undefined ? {} : { remedy }),
  });
}
