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
  thetaSchema,
} from '@auto-seg-loss/kernel';
import { z } from 'zod';
import type { TemplateNameOptions } from './index.ts';

const FORMAT = 'template-name/1';

/** Say here how it searches. As it stands: normal steps away from the best point so far (an evolution strategy, 1 + λ). */
export class TemplateNameSearcher implements Searcher {
  readonly name = 'template-name';
  readonly rounds: number;
  readonly samples: number;
  readonly #options: TemplateNameOptions;
  readonly #space: SearchSpace;
  // Everything that changes must be in the snapshot.
  #random: Random;
  #best: { readonly theta: readonly number[]; readonly reward: number };
  #pending: readonly Proposal[] | null = null;

  constructor(options: TemplateNameOptions, space: SearchSpace, random: Random) {
    this.rounds = options.rounds;
    this.samples = options.samples;
    this.#options = options;
    this.#space = space;
    this.#random = random;
    // No trial is worse than this.
    this.#best = { theta: space.start, reward: -1 };
  }

  ask(): readonly Proposal[] {
    this.#pending ??= Array.from({ length: this.samples }, () => ({ theta: this.#step() }));
    return this.#pending;
  }

  /** A point of the unit cube: steps that leave it end at its face. */
  #step(): number[] {
    const moved = this.#best.theta.map((value) => value + this.#options.sigma * this.#random.normal());
    return moved.map((value) => Math.min(1, Math.max(0, value)));
  }

  tell(results: readonly TrialResult[]): void {
    // Refuses wrong results before anything changes.
    checkResults(this.name, this.#pending, results);
    for (const { theta, status, reward } of results) {
      if (status === 'complete' && reward > this.#best.reward) this.#best = { theta, reward };
    }
    this.#pending = null;
  }

  recommend(): Proposal {
    return { theta: this.#best.theta };
  }

  snapshot(): Json {
    const { key, words } = this.#random.state();
    return {
      format: FORMAT,
      best: { theta: this.#best.theta, reward: this.#best.reward },
      random: { key, words },
      pending: this.#pending?.map(({ theta }) => ({ theta })) ?? null,
    };
  }

  restore(state: Json): void {
    const { dimensions } = this.#space;
    const schema = z.strictObject({
      format: z.literal(FORMAT),
      best: z.strictObject({ theta: thetaSchema(dimensions), reward: z.number().min(-1).max(1) }),
      random: randomStateSchema,
      pending: pendingSchema(dimensions, this.samples),
    });
    const snapshot = readSnapshot(this.name, schema, state);
    this.#best = snapshot.best;
    this.#random = Random.fromState(snapshot.random);
    this.#pending = snapshot.pending;
  }
}
