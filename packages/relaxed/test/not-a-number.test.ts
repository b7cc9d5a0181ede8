import { readFormula } from '@auto-seg-loss/formula';
import { type Piece, piecewiseCurve } from '@auto-seg-loss/kernel';
import { relaxedLoss } from '@auto-seg-loss/relaxed';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { engines, open } from '../../engine/test/engines.ts';
import { allMetrics } from '../../formula/test/metrics.ts';

const piece: Piece = { x0: 0, y0: 0, x1: 0.5, y1: 0.3, x2: 1, y2: 1 };
const curve = piecewiseCurve(
  [
    [0, 0],
    [1, 1],
  ],
  [piece],
);

// A training that diverged must not look as if it went on.
describe.each(engines)('logits that are no numbers have a loss that is none on the %s engine', (engine) => {
  beforeAll(() => open(engine));

  describe.each(allMetrics({ tolerance: 1, background: true }).map((metric) => [metric.name, metric] as const))(
    '%s',
    (_, metric) => {
      test.each([Number.NaN, Number.POSITIVE_INFINITY])('%s in one of them', (bad) => {
        const loss = relaxedLoss(
          metric,
          readFormula(metric).slots.map(() => curve),
        );
        const [n, h, w, c] = [2, 6, 5, 3];
        const labels = Int32Array.from({ length: n * h * w }, (_, i) => Math.floor(i / 7) % c);
        const values = Float32Array.from({ length: n * h * w * c }, (_, i) => Math.sin(i));
        values[((h + 2) * w + 2) * c + 1] = bad;
        const { value, grad } = tf.tidy(() => {
          const y = tf.tensor3d(labels, [n, h, w], 'int32');
          return tf.valueAndGrad((x: tf.Tensor) => loss.value(x as tf.Tensor4D, y))(tf.tensor4d(values, [n, h, w, c]));
        });
        expect(value.dataSync()[0]).toBeNaN();
        expect(grad.dataSync().some(Number.isNaN)).toBe(true);
        tf.dispose([value, grad]);
      });
    },
  );
});
