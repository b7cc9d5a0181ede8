import { definePlugin, type Plugin } from '@auto-seg-loss/kernel';
import { checkBatch, type Loss, oneHotLabels, softmax } from '@auto-seg-loss/ops';
import { add, div, maximum, mul, pow, type Scalar, sub, sum, type Tensor3D, tidy } from '@tensorflow/tfjs-core';
import { z } from 'zod';

export interface TemplateNameOptions {
  /** 0 would be cross-entropy, 1 is the mean absolute error. */
  readonly q: number;
}

const options: z.ZodType<TemplateNameOptions> = z.strictObject({
  q: z.number().gt(0).max(1).default(0.7).describe('Near 0 it is cross-entropy, 1 is the mean absolute error.'),
});

/**
 * Say here what it is, and where it comes from. As it stands: generalised cross-entropy, (1 - p_y^q) / q, the mean over valid
 * pixels (Zhang and Sabuncu, NeurIPS 2018).
 */
export const plugin: Plugin<'loss', TemplateNameOptions> = definePlugin({
  kind: 'loss',
  name: 'template-name',
  summary: 'One line for asl plugins',
  options,
  create: ({ q }): Loss => ({
    name: 'template-name',
    value: (logits, labels): Scalar => {
      checkBatch('template-name', logits, labels);
      return tidy(() => {
        const label = oneHotLabels(labels, logits.shape[3]); // [n, h, w, c], 0 where ignored
        const valid: Tensor3D = sum(label, 3); // [n, h, w]
        const p: Tensor3D = sum(mul(softmax(logits), label), 3); // of the right class; 0 where ignored
        // The root's slope is infinite at 0.
        const costs = mul(div(sub(1, pow(add(p, 1e-7), q)), q), valid);
        // Without a valid pixel, both sums are 0.
        return div(sum(costs), maximum(sum(valid), 1));
      });
    },
  }),
});
