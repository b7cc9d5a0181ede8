import { type LossOption, resolveLoss } from '@auto-seg-loss/loss-expression';
import { type MetricFlags, metricOptions, type RunContext } from '@auto-seg-loss/plugin-host';
import { type Layout, lossArrays } from './loss-arrays.ts';
import { checkFinite } from './loss-result.ts';
import { readNpy, writeNpy } from './npy-file.ts';

export interface LossValueOptions extends MetricFlags {
  /** As `resolveLoss` takes it: `published:miou`, `cross-entropy`, a loss file, a sum of them. */
  readonly loss: string;
  /** .npy, float, [n, c, h, w] or [n, h, w, c] as `layout` says; all of them finite, c at least 2. */
  readonly logits: string;
  /** .npy, whole numbers, [n, h, w]; each a class, in [0, c), or one of `ignore`. */
  readonly labels: string;
  readonly layout: Layout;
  /** Label values of pixels that do not count; by default 255, where that is no class. */
  readonly ignore?: readonly number[];
  /** Where the gradient by the logits goes: .npy, float32, in the logits' layout. */
  readonly gradient?: string;
  /** Options of the loss's terms, in place of those that it has. */
  readonly options?: readonly LossOption[];
  readonly context: RunContext;
}

export interface LossValueResult {
  readonly value: number;
  /** Flags that the loss has no option for, by option name. */
  readonly unused: readonly string[];
}

/**
 * The value of a loss on logits and labels, and its gradient.
 * @throws AslError ASL_ARGUMENT_INVALID naming the argument, or a value or gradient that is not finite: nothing is written
 *   then; what `resolveLoss` and `openEngine` throw.
 */
export async function lossValue(options: LossValueOptions): Promise<LossValueResult> {
  const logits = await readNpy(options.logits, '--logits');
  const labels = await readNpy(options.labels, '--labels');
  const arrays = lossArrays(logits, labels, options);
  const { loss, unused } = await resolveLoss(options.loss, {
    context: options.context,
    metricOptions: metricOptions(options),
    options: options.options ?? [],
  });
  const { lossGradient } = await import('./loss-gradient.ts');
  const { value, gradient } = await lossGradient(loss, arrays);
  checkFinite(options, value, gradient, arrays);
  if (options.gradient !== undefined) await writeNpy(options.gradient, gradient, logits.shape);
  return { value, unused };
}
