import {
  AslError,
  checkResults,
  type Json,
  type Proposal,
  pendingSchema,
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
import { type Distribution, distributionAt } from './distribution.ts';
import { gaussianProcess, type Observation } from './gaussian-process.ts';
import { type Expectation, type LearnedProcess, learnedProcess } from './learned-process.ts';
import type { CmaEsOptions } from './options.ts';
import { preselected, remembered } from './preselection.ts';
import { highest, noKnowledge, type PriorKnowledge, priorKnowledge } from './prior-knowledge.ts';
import { ranking } from './ranking.ts';
import { sampler } from './sampler.ts';
import { defaultSamples, type Strategy, strategyFor } from './strategy.ts';
import { isPositiveDefinite, type Rows } from './symmetric.ts';
import { updateDistribution } from './update.ts';

const FORMAT = 'cma-es/1';

/**
 * CMA-ES (Hansen 2016, "The CMA Evolution Strategy: A Tutorial", arXiv:1604.00772) with negative weights: θ has a normal
 * distribution, whose mean, step size and covariance are learned from the order of a round's rewards alone. Each round is
 * one generation. With pre-selection, what is trained is the most promising of several draws.
 *
 * The mean starts at the space's start; it is not itself tried, as in the source. With priors it starts at the point that they
 * think most of. That, the space's start and what each prior thinks most of alone are then the first proposals, as far as the round has room; where
 * the start does better than all others of that round, the search begins there after all.
 */
export class CmaEsSearcher implements Searcher {
  readonly name = 'cma-es';
  readonly learnsFromPrior: string;
  readonly rounds: number;
  readonly samples: number;
  readonly #dimensions: number;
  readonly #strategy: Strategy;
  /** Draws for each point that is trained. */
  readonly #draws: number;
  readonly #options: CmaEsOptions;
  readonly #space: SearchSpace;
  #random: Random;
  #distribution: Distribution;
  /** Of earlier rounds; what pre-selection judges by. */
  #observations: readonly Observation[] = [];
  /** What was learned of which observations. */
  #fitted: { readonly of: readonly Observation[]; readonly process: LearnedProcess | null } | null = null;
  #pending: readonly Proposal[] | null = null;

  /** @throws AslError ASL_ARGUMENT_INVALID for a space without dimensions. */
  constructor(options: CmaEsOptions, space: SearchSpace, random: Random) {
    if (space.dimensions < 1) {
      throw new AslError('ASL_ARGUMENT_INVALID', 'there is nothing to search: the space has no dimensions', {
        where: 'searcher "cma-es"',
        expected: 'at least 1 dimension',
        received: String(space.dimensions),
        remedy: 'a metric is searchable if its formula names an operation',
      });
    }
    this.rounds = options.rounds;
    this.samples = options.samples ?? defaultSamples(space.dimensions);
    this.#dimensions = space.dimensions;
    this.#options = options;
    this.#space = space;
    this.#strategy = strategyFor(space.dimensions, this.samples);
    this.#draws = options.preselection;
    this.#random = random;
    this.#distribution = distributionAt(this.#knowledge?.best[0] ?? space.start, options.sigma);
    this.learnsFromPrior =
      this.#draws === 1
        ? 'starts at the point that they think most of'
        : 'starts at the point that they think most of, and expects of others what they do, as far as its own trials agree';
  }

  get #knowledge(): PriorKnowledge | undefined {
    const { prior = [], dimensions } = this.#space;
    return prior.length === 0 ? undefined : priorKnowledge(prior, dimensions);
  }

  /** What is learned with a length scale for each coordinate; null where it is not, and where there is nothing to go by. */
  get #process(): LearnedProcess | null {
    const expectation: Expectation | undefined =
      this.#knowledge ?? (this.#options.scales === 'each' ? noKnowledge(this.#dimensions) : undefined);
    if (expectation === undefined || this.#draws === 1) return null;
    if (this.#fitted?.of !== this.#observations)
      this.#fitted = { of: this.#observations, process: learnedProcess(this.#observations, expectation) };
    return this.#fitted.process;
  }

  /** The distribution's mean, where the search stands; with a learned process, that or what was tried, whichever promises most. */
  recommend(): Proposal {
    const { mean } = this.#distribution;
    const process = this.#observations.length === 0 ? null : this.#process;
    if (process === null) return { theta: mean };
    return { theta: highest([mean, ...this.#observations.map(({ theta }) => theta)], (theta) => process.mean(theta)) };
  }

  /** What a point promises; null where there is nothing to go by. */
  #expected(): ((theta: readonly number[]) => number) | null {
    if (this.#draws === 1) return null;
    const process = this.#process;
    if (process !== null) return (theta) => process.mean(theta);
    return this.#observations.length === 0 ? null : gaussianProcess(this.#observations);
  }

  ask(): readonly Proposal[] {
    if (this.#pending === null) {
      const draw = preselected(
        sampler(this.#distribution, () => this.#random.normal()),
        this.#draws,
        this.#expected(),
      );
      const first = this.#firstProposals;
      this.#pending = Array.from({ length: this.samples }, (_, index) => ({ theta: first[index] ?? draw() }));
    }
    return this.#pending;
  }

  /** Of the first round with priors: where they lead, where the search would start without, and where each of them leads. */
  get #firstProposals(): readonly (readonly number[])[] {
    const [best, ...more] = this.#distribution.generation === 0 ? (this.#knowledge?.best ?? []) : [];
    return best === undefined ? [] : [best, this.#space.start, ...more];
  }

  tell(results: readonly TrialResult[], earlier?: readonly TrialResult[]): void {
    const proposals = checkResults(this.name, this.#pending, results);
    if (earlier !== undefined) this.#judgeAnew(earlier);
    const order = ranking(results);
    const worth = worths(results);
    if (order !== null && worth !== null) {
      this.#remember(proposals, worth);
      const thetas = order.map((index) => (proposals[index] as Proposal).theta);
      const updated = updateDistribution(this.#distribution, thetas, this.#strategy);
      const isMisled = this.#firstProposals.length > 0 && order[0] === 1;
      this.#distribution = isMisled
        ? { ...distributionAt(this.#space.start, this.#options.sigma), generation: updated.generation }
        : updated;
    }
    this.#pending = null;
  }

  /** What rounds before came to, as it is judged now. */
  #judgeAnew(earlier: readonly TrialResult[]): void {
    if (this.#draws === 1) return;
    const rounds = Array.from({ length: Math.ceil(earlier.length / this.samples) }, (_, round) =>
      earlier.slice(round * this.samples, (round + 1) * this.samples),
    ).filter((results) => worths(results) !== null);
    this.#observations = rounds.reduce<readonly Observation[]>((observations, results, round) => {
      const worth = worths(results) ?? [];
      const own = results.map(({ theta }, i) => ({ theta, worth: worth[i] as number, round }));
      return remembered(observations, own);
    }, []);
  }

  #remember(proposals: readonly Proposal[], worth: readonly number[]): void {
    if (this.#draws === 1) return;
    const round = this.#distribution.generation;
    const observations = proposals.map(({ theta }, i) => ({ theta, worth: worth[i] as number, round }));
    this.#observations = remembered(this.#observations, observations);
  }

  snapshot(): Json {
    const { generation, mean, sigma, covariance, pathSigma, path } = this.#distribution;
    const { key, words } = this.#random.state();
    return {
      format: FORMAT,
      distribution: { generation, mean, sigma, covariance, pathSigma, path },
      random: { key, words },
      ...(this.#draws === 1 ? {} : { observations: this.#observations.map((observation) => ({ ...observation })) }),
      pending: this.#pending?.map(({ theta }) => ({ theta })) ?? null,
    };
  }

  restore(state: Json): void {
    const vector = z.array(z.number()).length(this.#dimensions);
    const observation = z.strictObject({
      theta: thetaSchema(this.#dimensions),
      worth: z.number().min(0).max(1),
      round: z.int().min(0),
    });
    const schema = z.strictObject({
      format: z.literal(FORMAT),
      distribution: z.strictObject({
        generation: z.int().min(0),
        mean: thetaSchema(this.#dimensions),
        sigma: z.number().positive(),
        // A pipe, not a refinement: only what has the right size comes to it.
        covariance: z
          .array(vector)
          .length(this.#dimensions)
          .pipe(z.custom<number[][]>((rows) => isPositiveDefinite(rows as Rows), 'a positive definite matrix')),
        pathSigma: vector,
        path: vector,
      }),
      random: randomStateSchema,
      observations: this.#draws === 1 ? z.never().optional() : z.array(observation),
      pending: pendingSchema(this.#dimensions, this.samples),
    });
    const snapshot = readSnapshot(this.name, schema, state);
    this.#distribution = snapshot.distribution;
    this.#random = Random.fromState(snapshot.random);
    this.#observations = snapshot.observations ?? [];
    this.#pending = snapshot.pending;
  }
}
