import {
  AslError,
  checkResults,
  type Descent,
  type Json,
  type Proposal,
  priorStart,
  Random,
  randomStateSchema,
  readSnapshot,
  type Searcher,
  type SearchSpace,
  type TrialResult,
  thetaSchema,
} from '@auto-seg-loss/kernel';
import { z } from 'zod';
import type { GradientSearcherOptions } from './options.ts';

const FORMAT = 'gradient/1';

/** A point that was tried, and its reward. */
interface Tried {
  readonly theta: readonly number[];
  readonly reward: number;
}

/**
 * Bilevel search, as in differentiable architecture search (Liu et al., DARTS, ICLR 2019): θ is learned while a network is
 * trained with the loss that it makes, by gradients of how the network does on held-out images.
 *
 * A pass has two rounds. In the first, points descend side by side, the first of them from the best point so far (in the
 * beginning the space's start), the others from around it. In the second, the points that they came to are tried as they are:
 * the reward of a network whose loss changed on the way says little. The start is tried with the first of them, so that the
 * search never ends with less. With priors it begins at the point that they think most of, which is tried then too.
 */
export class GradientSearcher implements Searcher {
  readonly name = 'gradient';
  readonly learnsFromPrior = 'starts at the point that they think most of';
  readonly rounds: number;
  readonly trials: number;
  readonly #options: GradientSearcherOptions;
  readonly #space: SearchSpace;
  /** Points that are tried as they are, beside the first ends of descents. */
  readonly #starts: readonly (readonly number[])[];
  #random: Random;
  #round = 0;
  /** What the next round proposes. */
  #points: readonly (readonly number[])[];
  #best: Tried | null = null;
  #asked = false;

  /** @throws AslError ASL_ARGUMENT_INVALID for a space without dimensions. */
  constructor(options: GradientSearcherOptions, space: SearchSpace, random: Random) {
    if (space.dimensions < 1) {
      throw new AslError('ASL_ARGUMENT_INVALID', 'there is nothing to search: the space has no dimensions', {
        where: 'searcher "gradient"',
        expected: 'at least 1 dimension',
        received: String(space.dimensions),
        remedy: 'a metric is searchable if its formula names an operation',
      });
    }
    this.#options = options;
    this.#space = space;
    this.#random = random;
    this.rounds = 2 * options.passes;
    const led = priorStart(space.prior);
    this.#starts = led === undefined ? [space.start] : [led, space.start];
    this.trials = this.rounds * options.samples + this.#starts.length;
    this.#points = this.#around(led ?? space.start);
  }

  get samples(): number {
    return this.#points.length;
  }

  get #descends(): boolean {
    return this.#round % 2 === 0;
  }

  /** The best point that was tried; before any was, where the first descent ended. */
  recommend(): Proposal {
    return { theta: this.#best?.theta ?? (this.#points[0] as readonly number[]) };
  }

  ask(): readonly Proposal[] {
    this.#asked = true;
    const { every, learningRate } = this.#options;
    const descent: Descent = { every, learningRate };
    return this.#points.map((theta) => (this.#descends ? { theta, descent } : { theta }));
  }

  tell(results: readonly TrialResult[], earlier?: readonly TrialResult[]): void {
    checkResults(this.name, this.#asked ? this.ask() : null, results);
    if (earlier !== undefined) {
      this.#best = null;
      this.#compare(earlier);
    }
    if (this.#descends) {
      // A descent that failed is tried where it began.
      const ends = results.map(({ theta, descended }) => descended ?? theta);
      this.#points = this.#round === 0 ? [...ends, ...this.#starts] : ends;
    } else {
      this.#compare(results);
      this.#points = this.#around(this.#best?.theta ?? (this.#starts[0] as readonly number[]));
    }
    this.#round += 1;
    this.#asked = false;
  }

  #compare(results: readonly TrialResult[]): void {
    for (const { theta, status, reward, descended } of results) {
      if (status !== 'complete' || descended !== undefined) continue;
      if (reward > (this.#best?.reward ?? -1)) this.#best = { theta, reward };
    }
  }

  #around(centre: readonly number[]): readonly (readonly number[])[] {
    const { samples, spread } = this.#options;
    return Array.from({ length: samples }, (_, index) =>
      index === 0 ? centre : centre.map((value) => Math.min(1, Math.max(0, value + spread * this.#random.normal()))),
    );
  }

  snapshot(): Json {
    const { key, words } = this.#random.state();
    return {
      format: FORMAT,
      round: this.#round,
      points: this.#points,
      best: this.#best === null ? null : { ...this.#best },
      asked: this.#asked,
      random: { key, words },
    };
  }

  restore(state: Json): void {
    const theta = thetaSchema(this.#space.dimensions);
    const schema = z.strictObject({
      format: z.literal(FORMAT),
      round: z.int().min(0),
      points: z.array(theta).min(1),
      best: z.strictObject({ theta, reward: z.number().min(0).max(1) }).nullable(),
      asked: z.boolean(),
      random: randomStateSchema,
    });
    const snapshot = readSnapshot(this.name, schema, state);
    this.#round = snapshot.round;
    this.#points = snapshot.points;
    this.#best = snapshot.best;
    this.#asked = snapshot.asked;
    this.#random = Random.fromState(snapshot.random);
  }
}
