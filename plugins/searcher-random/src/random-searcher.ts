import {
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
} from '@auto-seg-loss/kernel';
import { z } from 'zod';
import type { RandomSearcherOptions } from './options.ts';

const FORMAT = 'random/1';

/**
 * Uniform random search in the unit cube: what every other searcher has to beat.
 *
 * The very first proposal is the space's start (straight lines: the relaxed metric as it is), so that the search never
 * ends with less than that, and starts where the others start. It learns nothing from results.
 */
export class RandomSearcher implements Searcher {
  readonly name = 'random';
  readonly rounds: number;
  readonly samples: number;
  readonly #space: SearchSpace;
  #random: Random;
  #round = 0;
  #pending: readonly Proposal[] | null = null;

  constructor(options: RandomSearcherOptions, space: SearchSpace, random: Random) {
    this.rounds = options.rounds;
    this.samples = options.samples;
    this.#space = space;
    this.#random = random;
  }

  ask(): readonly Proposal[] {
    this.#pending ??= Array.from({ length: this.samples }, (_, index) => ({
      theta: this.#round === 0 && index === 0 ? [...this.#space.start] : this.#draw(),
    }));
    return this.#pending;
  }

  #draw(): number[] {
    return Array.from({ length: this.#space.dimensions }, () => this.#random.uniform());
  }

  tell(results: readonly TrialResult[]): void {
    checkResults(this.name, this.#pending, results);
    this.#pending = null;
    this.#round += 1;
  }

  snapshot(): Json {
    const { key, words } = this.#random.state();
    return {
      format: FORMAT,
      round: this.#round,
      random: { key, words },
      pending: this.#pending?.map(({ theta }) => ({ theta })) ?? null,
    };
  }

  restore(state: Json): void {
    const schema = z.strictObject({
      format: z.literal(FORMAT),
      round: z.int().min(0),
      random: randomStateSchema,
      pending: pendingSchema(this.#space.dimensions, this.samples),
    });
    const snapshot = readSnapshot(this.name, schema, state);
    this.#round = snapshot.round;
    this.#random = Random.fromState(snapshot.random);
    this.#pending = snapshot.pending;
  }
}
