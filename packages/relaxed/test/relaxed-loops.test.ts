import { readFormula } from '@auto-seg-loss/formula';
import { relaxedSums } from '@auto-seg-loss/relaxed';
import { type Album, albums, batchOf, curves, softness } from '@auto-seg-loss/testing';
import { fc } from '@fast-check/vitest';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { engines, open } from '../../engine/test/engines.ts';
import { trialMetrics } from '../../formula/test/formulas.ts';
import { addedSums, plainSums } from '../../testing/src/metric/plain-measure.ts';

/** Softmax in float64, [c][h·w] of each picture. */
function probabilities({ classes, pictures }: Album, logits: Float32Array): number[][][] {
  let at = 0;
  return pictures.map(({ label }) => {
    const pixels = Array.from(label, () => {
      const row = [...logits.subarray(at, at + classes)];
      at += classes;
      const powers = row.map((logit) => Math.exp(logit - Math.max(...row)));
      const total = powers.reduce((sum, power) => sum + power, 0);
      return powers.map((power) => power / total);
    });
    return Array.from({ length: classes }, (_, c) => pixels.map((row) => row[c] as number));
  });
}

// Formulas of every form, as computed on tensors (fused where there is an operation for it) and read in plain loops.
describe.each(engines)('the %s engine adds up what the formula says', (engine) => {
  beforeAll(() => open(engine));

  for (const metric of trialMetrics) {
    test(metric.name, () => {
      const { slots } = readFormula(metric);
      const pictures = albums({ oneSize: true, sides: [1, 8], classes: [1, 4], pictures: [1, 3] });
      fc.assert(
        fc.property(pictures, softness, curves(slots.length, { smooth: true }), (album, soft, drawn) => {
          const { shape, logits, labels } = batchOf(album, soft);
          const [n, h, w] = shape;
          const x = tf.tensor4d(logits, [...shape]);
          const y = tf.tensor3d(labels, [n, h, w], 'int32');
          const relaxed = relaxedSums(metric, drawn, x, y);
          tf.dispose([x, y]);
          const softmax = probabilities(album, logits);
          const plain = addedSums(
            album.pictures.map((picture, i) =>
              plainSums(metric, picture, album.classes, { probabilities: softmax[i] as number[][], curves: drawn }),
            ),
          );
          expect(Object.keys(relaxed)).toEqual(Object.keys(plain));
          for (const [name, rows] of Object.entries(plain)) {
            expect(relaxed[name], name).toHaveLength(rows.length);
            rows.flat().forEach((value, i) => {
              expect(Math.abs((relaxed[name]?.flat()[i] ?? Number.NaN) - value), name).toBeLessThan(1e-3);
            });
          }
        }),
        { numRuns: 20 },
      );
    });
  }
});
