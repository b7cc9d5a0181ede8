import {
  type Json,
  type Proposal,
  Random,
  randomStateSchema,
  readSnapshot,
  type Searcher,
  type SearcherFactory,
  type SearchSpace,
  type TrialReport,
  type TrialResult,
  thetaSchema,
} from '@auto-seg-loss/kernel';
import { z } from 'zod';

const FORMAT = 'sequence/1';

/** Where a part of the sequence began, and how far it is. */
interface Stage {
  readonly start: readonly number[];
  readonly searcher: Searcher;
  readonly round: number;
}

/**
 * Searchers one after the other. Each starts at what the one before recommends at its end or, where it recommends nothing, at
 * the best point that was tried so far, and knows of the priors what the first one knows: so a cheap search by gradients finds the place that PPO or CMA-ES go on from.
 */
export class SequenceSearcher implements Searcher {
  readonly name = 'sequence';
  readonly learnsFromPrior?: string;
  readonly rounds: number;
  readonly trials: number;
  readonly #factories: readonly SearcherFactory[];
  readonly #space: SearchSpace;
  #random: Random;
  #index = 0;
  #stage: Stage;
  #best: { readonly theta: readonly number[]; readonly reward: number } | null = null;

  /** @param random not advanced: each part has a stream of its own. */
  constructor(factories: readonly SearcherFactory[], space: SearchSpace, random: Random) {
    if (factories.length === 0) throw new TypeError('a sequence is made of its parts');
    this.#factories = factories;
    this.#space = space;
    this.#random = random;
    const searchers = factories.map((_, index) => this.#make(index, space.start));
    this.rounds = searchers.reduce((sum, { rounds }) => sum + rounds, 0);
    this.trials = searchers.reduce((sum, { trials, rounds, samples }) => sum + (trials ?? rounds * samples), 0);
    this.#stage = { start: space.start, searcher: searchers[0] as Searcher, round: 0 };
    const learning = searchers.filter((part) => part.learnsFromPrior !== undefined);
    if (learning.length > 0)
      this.learnsFromPrior = `hands them to its parts: ${learning.map((part) => `${part.name} ${part.learnsFromPrior}`).join('; ')}`;
  }

  #make(index: number, start: readonly number[], random: Random = this.#random): Searcher {
    const factory = this.#factories[index] as SearcherFactory;
    return factory.create({ ...this.#space, start }, random.split(`part/${index}`));
  }

  get samples(): number {
    return this.#stage.searcher.samples;
  }

  ask(): readonly Proposal[] {
    return this.#stage.searcher.ask();
  }

  report(report: TrialReport): 'continue' | 'stop' {
    return this.#stage.searcher.report?.(report) ?? 'continue';
  }

  tell(results: readonly TrialResult[], earlier?: readonly TrialResult[]): void {
    const { searcher, start, round } = this.#stage;
    // A part knows nothing of those before it.
    if (earlier === undefined) searcher.tell(results);
    else {
      searcher.tell(results, earlier.slice(this.#before));
      this.#best = null;
      this.#compare(earlier);
    }
    this.#compare(results);
    this.#stage = { start, searcher, round: round + 1 };
    const next = this.#index + 1;
    if (this.#stage.round < searcher.rounds || next >= this.#factories.length) return;
    const from = this.recommend().theta;
    this.#index = next;
    this.#stage = { start: from, searcher: this.#make(next, from), round: 0 };
  }

  /** Trials of the parts that have ended. */
  get #before(): number {
    const ended = this.#factories.slice(0, this.#index).map((_, index) => this.#make(index, this.#space.start));
    return ended.reduce((sum, { trials, rounds, samples }) => sum + (trials ?? rounds * samples), 0);
  }

  #compare(results: readonly TrialResult[]): void {
    for (const { theta, status, reward, descended } of results) {
      if (status !== 'complete' || descended !== undefined) continue;
      if (reward > (this.#best?.reward ?? -1)) this.#best = { theta, reward };
    }
  }

  recommend(): Proposal {
    const { searcher, start } = this.#stage;
    return searcher.recommend?.() ?? { theta: this.#best?.theta ?? start };
  }

  snapshot(): Json {
    const { start, searcher, round } = this.#stage;
    const { key, words } = this.#random.state();
    return {
      format: FORMAT,
      // Parts that begin later take their streams from it.
      random: { key, words },
      index: this.#index,
      start,
      round,
      best: this.#best === null ? null : { ...this.#best },
      searcher: searcher.snapshot(),
    };
  }

  restore(state: Json): void {
    const theta = thetaSchema(this.#space.dimensions);
    const schema = z.strictObject({
      format: z.literal(FORMAT),
      random: randomStateSchema,
      index: z
        .int()
        .min(0)
        .max(this.#factories.length - 1),
      start: theta,
      round: z.int().min(0),
      best: z.strictObject({ theta, reward: z.number().min(0).max(1) }).nullable(),
      searcher: z.json(),
    });
    const { random, index, start, round, best, searcher: inner } = readSnapshot(this.name, schema, state);
    const own = Random.fromState(random);
    const searcher = this.#make(index, start, own);
    searcher.restore(inner as Json);
    this.#random = own;
    this.#index = index;
    this.#best = best;
    this.#stage = { start, searcher, round };
  }
}
