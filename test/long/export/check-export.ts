import type { Loss } from '@auto-seg-loss/ops';
import { evaluateLoss } from '../../../packages/testing/src/tensors/loss-gradient.ts';
import { type Batch, labelsOf, shapeOf } from './cases.ts';
import type { Defined } from './definition.ts';
import { type Framework, runFiles } from './run-files.ts';

/** What a file is compared with: our kernels, and the definition in float64. */
export interface Truth {
  readonly kernels: Loss;
  readonly defined: () => Defined;
}

/** A loss's value and its gradient by the logits, [n, h, w, c]. */
type Answer = readonly [value: number, gradient: readonly number[]];

/** A case that an exported file gets wrong. */
export interface Wrong {
  readonly title: string;
  readonly kind: 'float64' | 'float32';
  readonly value: number;
  /** The largest difference, as a share of the largest entry. */
  readonly gradient: number;
}

/** What a value and a gradient may be off. */
const LIMITS = {
  float64: { value: 1e-9, gradient: 1e-7 },
  float32: { value: 1e-5, gradient: 1e-3 },
} as const;
/** Smaller gradients are compared as if their largest entry were this: what is left of saturated softmax outputs is rounding. */
const SMALLEST = 1e-8;

/**
 * Writes and runs the file of each case: in float64 beside the definition, in float32 beside our kernels; needs an open engine.
 * @param folder what is written goes there.
 * @throws Error with what the script printed, where it fails
 */
export function wrongCases<Case extends Batch>(
  cases: readonly Case[],
  truth: (each: Case) => Truth,
  framework: Framework<Case>,
  folder: string,
): readonly Wrong[] {
  const answers = runFiles(cases, framework, folder) as readonly (readonly [Answer, Answer])[];
  return cases.flatMap((each, index) => {
    const [double, single] = answers[index] as readonly [Answer, Answer];
    const { logits, title } = each;
    const { kernels: loss, defined } = truth(each);
    const kernels = evaluateLoss(loss, {
      shape: shapeOf(each),
      logits: Float32Array.from(logits),
      labels: Int32Array.from(labelsOf(each)),
    });
    return [compared(title, 'float64', double, defined()), compared(title, 'float32', single, kernels)].filter(
      ({ kind, value, gradient }) =>
        !(
          value <= LIMITS[kind].value &&
          (gradient <= LIMITS[kind].gradient || (each.tied && Number.isFinite(gradient)))
        ),
    );
  });
}

/** @param expected of the definition or of our kernels. */
export function compared(
  title: string,
  kind: Wrong['kind'],
  [value, gradient]: Answer,
  expected: Defined | { readonly value: number; readonly gradient: Float32Array },
): Wrong {
  const largest = Math.max(SMALLEST, ...Array.from(expected.gradient, Math.abs));
  // What JSON has no number for is null.
  const off = (a: number | null | undefined, b: number): number => Math.abs((a ?? Number.NaN) - b);
  const differences = Array.from(expected.gradient, (slope, i) => off(gradient[i], slope) / largest);
  return { title, kind, value: off(value, expected.value), gradient: Math.max(...differences) };
}
