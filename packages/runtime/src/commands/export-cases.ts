import type { CheckCase } from '@auto-seg-loss/export';
import { IGNORE_LABEL, Random } from '@auto-seg-loss/kernel';
import type { Loss } from '@auto-seg-loss/ops';

/** [images, classes, rows, columns]: odd sides, several classes, and a batch of one. */
const SHAPES = [
  [2, 3, 4, 5],
  [1, 4, 5, 3],
] as const;

/**
 * Small inputs, some of their pixels ignored and a class absent, with the value and the gradient of a loss. Opens the engine.
 * @param classes how many a loss with weights for classes is tied to.
 */
export async function checkCases(loss: Loss, classes?: number): Promise<readonly CheckCase[]> {
  const { lossGradient } = await import('./loss-gradient.ts');
  const random = Random.fromSeed(1);
  const cases: CheckCase[] = [];
  for (const [n, usual, h, w] of SHAPES) {
    const c = classes ?? usual;
    const shape = [n, c, h, w] as const;
    const logits = Float32Array.from({ length: n * c * h * w }, () => Math.round(random.normal() * 200) / 100);
    const labels = Int32Array.from({ length: n * h * w }, (_, pixel) =>
      pixel % 7 === 3 ? IGNORE_LABEL : random.integer(0, c - 2),
    );
    const { value, gradient } = await lossGradient(loss, { logits, shape, labels, layout: 'nchw' });
    cases.push({
      shape,
      logits: Array.from(logits, (each) => Number(each.toFixed(2))),
      labels: [...labels],
      value: Number(value.toPrecision(8)),
      gradient: Array.from(gradient, (each) => Number(each.toPrecision(7))),
    });
  }
  return cases;
}
