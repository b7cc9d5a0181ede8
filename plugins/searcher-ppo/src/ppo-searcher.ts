import {
  checkResults,
  type Json,
  type Proposal,
  pendingSchema,
  priorStart,
  Random,
  randomStateSchema,
  readSnapshot,
  type Searcher,
  type SearchSpace,
  type TrialResult,
  thetaSchema,
  worths,
} from '@auto-seg-loss/kernel';
import { z } from 'zod';
import { advantages } from './advantages.ts';
import type { PpoOptions } from './options.ts';
import { type Policy, policyAt, policyMeans, updatePolicy } from './policy.ts';
import { quantile } from './truncated-normal.ts';

const FORMAT = 'ppo/2';

/** The mean whose round did best: [dimensions], with what the round's trials were worth on average. */
interface BestMean {
  readonly theta: readonly number[];
  readonly worth: number;
}

/**
 * PPO2 as in Auto Seg-Loss (ICLR 2021, section 3.4 and the published code): each coordinate of θ has its own normal
 * distribution cut to [0, 1], with a fixed σ and a mean that is learned from the rewards of a round's samples.
 *
 * The policy's mean starts at the space's start. With baseline 'mu' a round's first proposal is the mean itself.
 *
 * With priors the mean starts at the point that they think most of. The first round then tries the space's start too, in the place
 * of its last sample: where that does better than half of the others, the search begins there, as without priors.
 */
export class PpoSearcher implements Searcher {
  readonly name = 'ppo';
  readonly learnsFromPrior = 'starts at the point that they think most of';
  readonly rounds: number;
  readonly samples: number;
  readonly #options: PpoOptions;
  readonly #space: SearchSpace;
  readonly #hasPrior: boolean;
  #random: Random;
  #round = 0;
  #policy: Policy;
  #best: BestMean | null = null;
  #pending: readonly Proposal[] | null = null;

  constructor(options: PpoOptions, space: SearchSpace, random: Random) {
    this.rounds = options.rounds;
    this.samples = options.samples;
    this.#options = options;
    this.#space = space;
    this.#random = random;
    const led = priorStart(space.prior);
    this.#hasPrior = led !== undefined;
    this.#policy = policyAt(led ?? space.start);
  }

  /**
   * Of the policy's means, the one whose round did best on average (the paper's algorithm 1). The last one is not among them:
   * nothing is known of it. After the first round, in which only the start was tried, it is recommended nevertheless.
   */
  recommend(): Proposal {
    // Rounds in which no trial was complete are not learned from, and say nothing about their mean.
    const learned = this.#policy.adam.step / this.#options.updates;
    return { theta: this.#best === null || learned < 2 ? policyMeans(this.#policy) : this.#best.theta };
  }

  ask(): readonly Proposal[] {
    if (this.#pending === null) {
      const mean = policyMeans(this.#policy);
      this.#pending = this.#marked(
        Array.from({ length: this.samples }, (_, index) => ({
          theta: this.#proposal(index, mean),
        })),
      );
    }
    return this.#pending;
  }

  #proposal(index: number, mean: readonly number[]): readonly number[] {
    if (index === 0 && this.#options.baseline === 'mu') return mean;
    return this.#triesStart && index === this.samples - 1 ? this.#space.start : this.#draw(mean);
  }

  /** Whether the last proposal of this round is what the search would start from without priors. */
  get #triesStart(): boolean {
    return this.#hasPrior && this.#round === 0;
  }

  /** The mean, where it is what the others are compared with, must come to its end. */
  #marked(proposals: readonly Proposal[]): readonly Proposal[] {
    if (this.#options.baseline !== 'mu') return proposals;
    return proposals.map((proposal, index) => (index === 0 ? { ...proposal, whole: true } : proposal));
  }

  #draw(mean: readonly number[]): number[] {
    return mean.map((mu) => quantile(this.#random.uniform(), { mu, sigma: this.#options.sigma }));
  }

  tell(results: readonly TrialResult[], earlier?: readonly TrialResult[]): void {
    if (earlier !== undefined) this.#judgeAnew(earlier);
    const thetas = checkResults(this.name, this.#pending, results).map(({ theta }) => theta);
    const gains = advantages(results, this.#options.baseline);
    if (this.#triesStart && startsBetter(results)) {
      this.#policy = policyAt(this.#space.start);
    } else if (gains !== null) {
      this.#compare(policyMeans(this.#policy), worths(results) as readonly number[]);
      this.#policy = updatePolicy(this.#policy, thetas, gains, this.#options);
    }
    this.#pending = null;
    this.#round += 1;
  }

  /** How rounds before did, as it is judged now. Without the mean among its trials, a round does not say what its mean was. */
  #judgeAnew(earlier: readonly TrialResult[]): void {
    if (this.#options.baseline !== 'mu') return;
    this.#best = null;
    for (let from = 0; from < earlier.length; from += this.samples) {
      const round = earlier.slice(from, from + this.samples);
      const rewards = worths(round);
      // Where the space's own start did better than the priors, the search began there, and nothing was learned of the round.
      if (from === 0 && this.#hasPrior && startsBetter(round)) continue;
      if (rewards !== null) this.#compare(round[0]?.theta ?? [], rewards);
    }
  }

  #compare(theta: readonly number[], rewards: readonly number[]): void {
    const worth = rewards.reduce((sum, reward) => sum + reward, 0) / rewards.length;
    if (this.#best === null || worth > this.#best.worth) this.#best = { theta, worth };
  }

  snapshot(): Json {
    const { logits, adam } = this.#policy;
    const { key, words } = this.#random.state();
    return {
      format: FORMAT,
      round: this.#round,
      logits,
      adam: { step: adam.step, mean: adam.mean, square: adam.square },
      best: this.#best === null ? null : { theta: this.#best.theta, worth: this.#best.worth },
      random: { key, words },
      pending: this.#pending?.map(({ theta }) => ({ theta })) ?? null,
    };
  }

  restore(state: Json): void {
    const { dimensions } = this.#space;
    const numbers = z.array(z.number()).length(dimensions);
    const schema = z.strictObject({
      format: z.literal(FORMAT),
      round: z.int().min(0),
      logits: numbers,
      adam: z.strictObject({
        step: z.int().min(0),
        mean: numbers,
        square: z.array(z.number().min(0)).length(dimensions),
      }),
      best: z.strictObject({ theta: thetaSchema(dimensions), worth: z.number().min(0).max(1) }).nullable(),
      random: randomStateSchema,
      pending: pendingSchema(dimensions, this.samples),
    });
    const snapshot = readSnapshot(this.name, schema, state);
    this.#round = snapshot.round;
    this.#policy = { logits: snapshot.logits, adam: snapshot.adam };
    this.#best = snapshot.best;
    this.#random = Random.fromState(snapshot.random);
    this.#pending = snapshot.pending === null ? null : this.#marked(snapshot.pending);
  }
}

/** Whether the last of a round's trials was worth more than half of the others. */
function startsBetter(results: readonly TrialResult[]): boolean {
  const all = worths(results);
  const own = all?.at(-1);
  if (all === null || own === undefined) return false;
  const others = all.slice(0, -1);
  return others.filter((other) => own > other).length > others.length / 2;
}
