import {
  add,
  log,
  maximum,
  mul,
  neg,
  pow,
  step,
  sub,
  sum,
  type Tensor2D,
  tensor1d,
  tidy,
  zerosLike,
} from '@tensorflow/tfjs-core';
import { checkBatch, checkClassWeights } from '../check-batch.ts';
import type { Loss } from '../loss.ts';
import { meanOfMeans } from './mean-of-means.ts';
import { type OverlapSums, overlapSums } from './overlap-sums.ts';
import { LEAST, regionFormula, type ScoreFormula } from './region-formula.ts';
import type { RegionOptions } from './region-options.ts';

/**
 * A loss made of per-class sums: the mean over classes, and over images, of (1 - score)^power or (-log score)^power.
 * @param score of each class, in [0, 1] and finite also where a class has no pixel and no prediction. Differentiable. [groups, c]
 * @param power default 1.
 * @param formula the score in the algebra of losses; without it, the loss has no formula.
 */
export function regionLoss(
  name: string,
  options: RegionOptions,
  score: (sums: OverlapSums, smooth: number) => Tensor2D,
  power = 1,
  formula?: ScoreFormula,
): Loss {
  const { classes, per, smooth, classWeights } = options;
  return {
    name,
    ...(formula === undefined ? {} : { formula: regionFormula(options, formula, power) }),
    value: (logits, labels) => {
      checkBatch(name, logits, labels);
      checkClassWeights(name, classWeights, logits.shape[3]);
      return tidy(() => {
        const sums = overlapSums(logits, labels, per);
        const misses = missesOf(score(sums, smooth), options.log, power);
        const weighted = classWeights === undefined ? misses : mul<Tensor2D>(misses, tensor1d([...classWeights]));
        return meanOfMeans(weighted, countedClasses(sums.labelled, classes), 1);
      });
    },
  };
}

/** (1 - score)^power or (-log score)^power. [groups, c] */
export function missesOf(score: Tensor2D, logarithm: boolean, power: number): Tensor2D {
  const misses = logarithm ? neg<Tensor2D>(log(maximum(score, LEAST))) : sub<Tensor2D>(1, score);
  return power === 1 ? misses : pow(maximum(misses, LEAST), power);
}

/** 1 for each class that counts in a group, else 0; groups without a valid pixel have none. @param labelled [groups, c] */
export function countedClasses(labelled: Tensor2D, classes: 'present' | 'all'): Tensor2D {
  return classes === 'present' ? step(labelled) : add<Tensor2D>(step(sum(labelled, 1, true)), zerosLike(labelled));
}
