import { readFormula } from '@auto-seg-loss/formula';
import type { Metric } from '@auto-seg-loss/kernel';
import type { Loss } from '@auto-seg-loss/ops';
import { gradientByCurves, relaxedLoss } from '@auto-seg-loss/relaxed';
import type { ParametricLoss } from '@auto-seg-loss/training';
import { add, div, mul, type Scalar, type Tensor3D, type Tensor4D } from '@tensorflow/tfjs-core';
import type { Run } from '../container/assemble-run.ts';
import type { SpacePart } from '../container/loss-space.ts';
import { mixWeights } from '../container/mix-weights.ts';
import { lossOfParts, partLoss, type SpaceLosses } from './space-loss.ts';

/** Of a difference in θ between two values of a loss, which are float32. */
const STEP = 5e-3;

/**
 * The loss of a space, as a function of θ. Its slopes by curves are exact; by temperature and options they are differences of values;
 * by weights they follow from the values of the parts. The rule of absent classes has none, and stays.
 */
export function parametricLoss(losses: SpaceLosses): ParametricLoss {
  const { formula, space, context, shares } = losses;
  return {
    at: async (theta) => {
      const parts = space.parts(theta, shares);
      const made = await Promise.all(parts.map((part) => partLoss(formula, part, context)));
      const beside = await Promise.all(
        space.axes.map(async (axis, index) => {
          if (axis.of !== 'option') return undefined;
          const ends = endsAt(theta, index);
          const [low, high] = await Promise.all(
            ends.map((end) => {
              const part = space.parts(theta.with(index, end), shares)[axis.part] as SpacePart;
              return partLoss(formula, part, context);
            }),
          );
          return { low: low as Loss, high: high as Loss, apart: ends[1] - ends[0] };
        }),
      );
      return {
        loss: lossOfParts(formula.name, parts, made),
        gradient: (logits, labels) => {
          const own = slopesByCurves(formula, losses, theta, parts, logits, labels);
          const isMixed = space.axes.some(({ of }) => of === 'weights');
          const values = isMixed ? made.map((loss) => numberOf(loss, logits, labels)) : [];
          const first = space.axes.findIndex(({ of }) => of === 'weights');
          return space.axes.map((axis, index) => {
            if (axis.of === 'absent') return 0;
            if (axis.of === 'weights') return slopeByWeight(theta.slice(first), index - first, values);
            const ends = beside[index];
            if (ends === undefined) return own[index] as number;
            const weight = parts[axis.of === 'option' ? axis.part : 0]?.weight ?? 0;
            if (weight === 0) return 0;
            return (weight * (numberOf(ends.high, logits, labels) - numberOf(ends.low, logits, labels))) / ends.apart;
          });
        },
      };
    },
  };
}

/** At a side of the cube, from the side inwards. */
function endsAt(theta: readonly number[], axis: number): readonly [low: number, high: number] {
  const value = theta[axis] as number;
  return [Math.max(0, value - STEP), Math.min(1, value + STEP)];
}

function slopesByCurves(
  formula: Metric,
  { space }: SpaceLosses,
  theta: readonly number[],
  parts: readonly SpacePart[],
  logits: Tensor4D,
  labels: Tensor3D,
): readonly number[] {
  const [part] = parts;
  if (part === undefined || !('curves' in part) || part.weight === 0) return theta.map(() => 0);
  const { curves, absent, temperature } = part.curves;
  const slopes = gradientByCurves(formula, curves, logits, labels, { absent, temperature });
  const { weight } = part;
  const pulled = space.pullBack(theta, slopes);
  return weight === 1 ? pulled : pulled.map((slope) => weight * slope);
}

/** @param weights coordinates of the weights. @param values of the parts, without their weights. */
function slopeByWeight(weights: readonly number[], axis: number, values: readonly number[]): number {
  const [low, high] = endsAt(weights, axis);
  const sumAt = (end: number): number =>
    mixWeights(weights.with(axis, end)).reduce((sum, weight, part) => sum + weight * (values[part] as number), 0);
  return (sumAt(high) - sumAt(low)) / (high - low);
}

function numberOf(loss: Loss, logits: Tensor4D, labels: Tensor3D): number {
  const value = loss.value(logits, labels);
  const [number] = value.dataSync();
  value.dispose();
  return number as number;
}

/** Logits are multiplied by this in the objective of a descent: the nearer probabilities are to 0 and 1, the nearer to the metric. */
const SHARPNESS = 3;

/**
 * What stands for the metric itself where a gradient is needed: its relaxation with straight curves, of sharpened predictions. Of
 * several metrics the mean, as in the reward.
 */
export async function metricObjective(
  run: Pick<Run, 'config' | 'searched' | 'surrogate' | 'constraints'>,
): Promise<Loss> {
  const [metrics, surrogate, constraints] = [await run.searched, await run.surrogate, await run.constraints];
  const line = surrogate.decode(surrogate.start(constraints), constraints);
  // Where the rule itself is searched, as by default.
  const absent = run.config.absent === 'search' ? 'zero' : run.config.absent;
  const straight = metrics.map((metric) => {
    const curves = readFormula(metric).slots.map(() => line);
    return relaxedLoss(metric, curves, { absent });
  });
  return {
    name: `sharp ${metrics.map(({ name }) => name).join(' and ')}`,
    value: (logits, labels) => {
      const sharp = mul<Tensor4D>(logits, SHARPNESS);
      const [first, ...others] = straight.map((loss) => loss.value(sharp, labels));
      const sum = others.reduce<Scalar>((total, value) => add(total, value), first as Scalar);
      return others.length === 0 ? sum : div(sum, straight.length);
    },
  };
}
