import { type Descent, learningRateAt, type TrainingOptions } from '@auto-seg-loss/kernel';
import { gradients, type Loss, type Network, weightedLoss } from '@auto-seg-loss/ops';
import {
  add,
  addN,
  dispose,
  mul,
  type Scalar,
  sub,
  sum,
  type Tensor,
  type Tensor3D,
  type Tensor4D,
  tidy,
  type Variable,
  zerosLike,
} from '@tensorflow/tfjs-core';
import { type Batches, logitsOf, type NetworkBatch, trainingLogitsOf, uploadLabels } from './batch.ts';
import { type IterationReport, NetworkTraining, type TrainingOutcome } from './network-training.ts';
import { UnitCubeAdam } from './unit-cube-adam.ts';

/** A loss with parameters in the unit cube that it can be differentiated by. */
export interface ParametricLoss {
  at(theta: readonly number[]): Promise<PlacedLoss>;
}

/** A loss with parameters, at one θ. */
export interface PlacedLoss {
  readonly loss: Loss;
  /** Its gradient by θ, at fixed logits [n, h, w, c] and labels [n, h, w]. */
  gradient(logits: Tensor4D, labels: Tensor3D): readonly number[];
}

/** What θ is learned from. */
export interface Descending {
  readonly parametric: ParametricLoss;
  /** What the network shall do better by on held-out images: differentiable by logits. */
  readonly objective: Loss;
  readonly descent: Descent;
  /** Where it begins. */
  readonly theta: readonly number[];
}

export interface DescentInputs extends Descending {
  /** Trained in place; the caller's. */
  readonly network: Network;
  readonly batches: Batches;
  readonly heldOut: Batches;
  readonly options: TrainingOptions;
}

/** Of the weights, between the two ends of a finite difference, relative to the length of the direction (DARTS, section 2.2). */
const DIFFERENCE = 0.01;

/**
 * A training of a network whose loss is learned on the way (bilevel optimisation by one unrolled step: Liu et al., DARTS,
 * ICLR 2019, equations 7 and 8).
 *
 * Before every few iterations θ takes a step that lowers the objective O on a held-out batch after the network's next step,
 * O(w - ξ·g(θ)) with g the gradient of the training loss L. Its slope by θ is -ξ·(∂g/∂θ)·v, with v the gradient of O after the
 * step; the product with the mixed derivatives is a difference of two slopes of L by θ, at w ± ε·v.
 *
 * Unlike DARTS, the step has a length that does not depend on θ: g / |g| takes the place of g, which leaves of v what is
 * orthogonal to g. Otherwise a loss would be thought better for being larger alone, since larger steps help at first.
 */
export class LossDescent {
  readonly #inputs: DescentInputs;
  readonly #variables: readonly Variable[];
  readonly #adam: UnitCubeAdam;
  readonly #training: NetworkTraining;
  #placed: PlacedLoss | undefined;
  #steps = 0;

  constructor(inputs: DescentInputs) {
    const { network, batches, options, theta, descent } = inputs;
    this.#inputs = inputs;
    this.#variables = network.parameters.map(({ variable }) => variable);
    this.#adam = new UnitCubeAdam(theta, descent.learningRate);
    const loss: Loss = { name: 'descending', value: (logits, labels) => this.#at().loss.value(logits, labels) };
    this.#training = new NetworkTraining({ network, loss, batches, options });
  }

  get theta(): readonly number[] {
    return this.#adam.theta;
  }

  /**
   * That the network was run on: for each iteration a batch, and for each step of θ four (its step, the objective, and twice
   * the loss).
   */
  get images(): number {
    return this.#inputs.options.batchSize * (this.#training.iteration + 4 * this.#steps);
  }

  /** As `NetworkTraining.run`. A step of θ that is not finite ends it too. */
  async run(
    until: number,
    watch: { readonly onIteration?: (report: IterationReport) => void; readonly signal?: AbortSignal } = {},
  ): Promise<TrainingOutcome> {
    const { batches, heldOut, descent, parametric, options } = this.#inputs;
    const losses: number[] = [];
    this.#placed ??= await this.#begin();
    while (this.#training.iteration < until) {
      const { iteration } = this.#training;
      watch.signal?.throwIfAborted();
      const seen = await batches.batch(iteration, options.iterations);
      const slope = this.#slope(iteration, seen, await heldOut.batch(iteration, iteration + 1));
      if (!slope.every(Number.isFinite)) return { status: 'failed', reason: 'gradient-not-finite', iteration };
      this.#adam.step(slope);
      this.#steps += 1;
      this.#placed = await parametric.at(this.theta);
      const outcome = await this.#training.run(Math.min(until, iteration + descent.every), watch);
      if (outcome.status === 'failed') return outcome;
      losses.push(...outcome.losses);
    }
    return { status: 'complete', losses };
  }

  /** Of the objective after the network's next step, by θ; but for a positive factor. */
  #slope(iteration: number, batch: NetworkBatch, unseen: NetworkBatch): readonly number[] {
    const { network, objective, options } = this.#inputs;
    const learningRate = learningRateAt(options, iteration);
    const kept = [...this.#variables, ...network.statistics.map(({ variable }) => variable)];
    return tidy(() => {
      const before = kept.map((variable) => variable.clone());
      const weights = before.slice(0, this.#variables.length);
      const labels = uploadLabels(batch);
      const g = this.#gradient((): Scalar => {
        return weightedLoss(trainingLogitsOf(network, batch), (logits) => this.#at().loss.value(logits, labels));
      });
      this.#assign(
        weights,
        g,
        network.parameters.map(({ rate = 1 }) => -learningRate * rate),
      );
      const truth = uploadLabels(unseen);
      const after = this.#gradient((): Scalar => objective.value(logitsOf(network, unseen, true), truth));
      const v = orthogonal(after, g);
      const length = Math.sqrt(inner(v, v));
      const slopes =
        length === 0
          ? []
          : [1, -1].map((sign) => {
              this.#assign(
                weights,
                v,
                v.map(() => (sign * DIFFERENCE) / length),
              );
              return this.#slopeOfLoss(batch, labels);
            });
      for (const [index, variable] of kept.entries()) variable.assign(before[index] as Tensor);
      const [plus, minus] = slopes;
      return this.theta.map((_, axis) => {
        return plus === undefined || minus === undefined
          ? 0
          : (-length * ((plus[axis] as number) - (minus[axis] as number))) / (2 * DIFFERENCE);
      });
    });
  }

  /** Of the training loss by θ, at the network's present weights. */
  #slopeOfLoss(batch: NetworkBatch, labels: Tensor3D): readonly number[] {
    const placed = this.#at();
    const slopes = trainingLogitsOf(this.#inputs.network, batch).map(({ logits, weight }) =>
      placed.gradient(logits, labels).map((slope) => weight * slope),
    );
    return this.theta.map((_, axis) => slopes.reduce((total, slope) => total + (slope[axis] as number), 0));
  }

  /** Trained with as it was given; differentiated where Adam has it, which keeps off the sides of the cube. */
  async #begin(): Promise<PlacedLoss> {
    const { parametric, theta } = this.#inputs;
    const { loss } = await parametric.at(theta);
    const inside = await parametric.at(this.theta);
    return { loss, gradient: (logits, labels) => inside.gradient(logits, labels) };
  }

  #at(): PlacedLoss {
    if (this.#placed === undefined) throw new Error('a loss is placed before it is trained with');
    return this.#placed;
  }

  /** By the weights, in their order. */
  #gradient(objective: () => Scalar): readonly Tensor[] {
    const { value, grads } = gradients(objective, this.#variables);
    dispose(value);
    return this.#variables.map((one) => grads[one.name] ?? zerosLike(one));
  }

  /** Sets the weights to `from` and `factors` of a direction. */
  #assign(from: readonly Tensor[], direction: readonly Tensor[], factors: readonly number[]): void {
    for (const [index, variable] of this.#variables.entries()) {
      tidy(() => {
        const by = mul(direction[index] as Tensor, factors[index] as number);
        variable.assign(add(from[index] as Tensor, by));
      });
    }
  }

  dispose(): void {
    this.#training.dispose();
  }
}

/** Over all tensors of two lists. */
function inner(a: readonly Tensor[], b: readonly Tensor[]): number {
  return tidy(() => addN(a.map((each, index) => sum(mul(each, b[index] as Tensor)))).dataSync()[0] as number);
}

/** What of `a` is orthogonal to `b`. */
function orthogonal(a: readonly Tensor[], b: readonly Tensor[]): readonly Tensor[] {
  const square = inner(b, b);
  if (square === 0) return a;
  const along = inner(a, b) / square;
  return a.map((each, index) => sub(each, mul(b[index] as Tensor, along)));
}
