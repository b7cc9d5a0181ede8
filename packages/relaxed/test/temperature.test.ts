import { readFormula } from '@auto-seg-loss/formula';
import { type Curve, type Metric, Random } from '@auto-seg-loss/kernel';
import { gradientByCurves, type RelaxedLossOptions, relaxedLoss } from '@auto-seg-loss/relaxed';
import { fc, test } from '@fast-check/vitest';
import { type Tensor4D, tensor3d, tensor4d, tidy, valueAndGrad } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect } from 'vitest';
import { bezierSurrogate } from '../../../plugins/surrogate-bezier/src/bezier-surrogate.ts';
import { engines, open } from '../../engine/test/engines.ts';
import { allMetrics } from '../../formula/test/metrics.ts';
import { monotonicity, truthTable } from '../../testing/src/curves/reference-constraints.ts';

const [N, H, W, C] = [2, 5, 6, 3] as const;
const surrogate = bezierSurrogate(2);
const metrics = allMetrics({ tolerance: 1, background: true }).filter(({ name }) => /^(miou|bf1|biou)$/.test(name));

interface Input {
  readonly logits: Float32Array;
  readonly labels: Int32Array;
  readonly curves: readonly Curve[];
}

function inputOf(metric: Metric, seed: number): Input {
  const random = Random.fromSeed(seed);
  const constraints = [truthTable, monotonicity];
  return {
    logits: Float32Array.from({ length: N * H * W * C }, () => 2 * random.normal()),
    labels: Int32Array.from({ length: N * H * W }, () => random.integer(-1, C - 1)),
    curves: readFormula(metric).slots.map(() => {
      const theta = Array.from({ length: surrogate.dimensions(constraints) }, () => 0.1 + 0.8 * random.uniform());
      return surrogate.decode(theta, constraints);
    }),
  };
}

/** Value, slopes by the logits, and slopes by the curves. */
function evaluate(metric: Metric, { logits, labels, curves }: Input, options: RelaxedLossOptions) {
  return tidy(() => {
    const x = tensor4d(logits, [N, H, W, C]);
    const y = tensor3d(labels, [N, H, W], 'int32');
    const loss = relaxedLoss(metric, curves, options);
    const { value, grad } = valueAndGrad((z: Tensor4D) => loss.value(z, y))(x);
    return {
      value: value.dataSync()[0] as number,
      gradient: [...grad.dataSync()],
      byCurves: gradientByCurves(metric, curves, x, y, options).flat(2),
    };
  });
}

const close = (a: readonly number[], b: readonly number[]): void => {
  const largest = Math.max(1e-8, ...b.map(Math.abs));
  const off = Math.max(...a.map((each, index) => Math.abs(each - (b[index] as number))));
  expect(off / largest).toBeLessThan(1e-5);
};

describe.each(engines)('a temperature on the %s engine', (engine) => {
  beforeAll(() => open(engine));

  test.prop([fc.constantFrom(...metrics), fc.nat(), fc.double({ min: 0.25, max: 4, noNaN: true })], { numRuns: 20 })(
    'is that of the divided logits: value and slopes by curves are theirs, slopes by logits a share of theirs',
    (metric, seed, temperature) => {
      const input = inputOf(metric, seed);
      const divisor = Math.fround(temperature);
      const at = evaluate(metric, input, { temperature });
      const other = evaluate(metric, { ...input, logits: input.logits.map((logit) => logit / divisor) }, {});
      expect(Math.abs(at.value - other.value)).toBeLessThan(1e-6);
      close(
        at.gradient,
        other.gradient.map((slope) => slope / divisor),
      );
      close(at.byCurves, other.byCurves);
    },
  );

  test.prop([fc.constantFrom(...metrics), fc.nat()], { numRuns: 10 })('of 1 changes no bit', (metric, seed) => {
    const input = inputOf(metric, seed);
    expect(evaluate(metric, input, { temperature: 1 })).toEqual(evaluate(metric, input, {}));
  });
});
