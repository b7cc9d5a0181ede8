import { checkBatch, type Loss, pixelCrossEntropy } from '@auto-seg-loss/ops';
import { mul, sum, tensor3d, tidy } from '@tensorflow/tfjs-core';
import { boundaryPenalty } from './boundary-penalty.ts';
import type { DpceOptions } from './options.ts';

/**
 * Σ (1 + penalty·φ)·ce / number of valid pixels, with φ from 1 at the label's boundaries to 0 deep inside its regions (Caliva
 * et al., *Distance Map Loss Penalty Term for Semantic Segmentation*, MIDL 2019). See `boundaryPenalty` for φ.
 */
export function dpce({ penalty }: DpceOptions): Loss {
  return {
    name: 'dpce',
    value: (logits, labels) => {
      checkBatch('dpce', logits, labels);
      const [n, h, w, classes] = logits.shape;
      return tidy(() => {
        const values = labels.dataSync<'int32'>();
        const weights = boundaryPenalty(values, [n, h, w], classes);
        let valid = 0;
        for (const label of values) if (label >= 0 && label < classes) valid++;
        const share = 1 / Math.max(1, valid);
        for (let pixel = 0; pixel < weights.length; pixel++) {
          weights[pixel] = share * (1 + penalty * (weights[pixel] as number));
        }
        return sum(mul(pixelCrossEntropy(logits, labels), tensor3d(weights, [n, h, w])));
      });
    },
  };
}
