import {
  definePlugin,
  type Json,
  type Plugin,
  type PluginKind,
  priorStart,
  Random,
  type RandomState,
  type Searcher,
  type SearchSpace,
  type TrialResult,
} from '@auto-seg-loss/kernel';
import { lawsOf } from '@auto-seg-loss/testing';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';

/** What may be wrong with a searcher, where it has priors and only there. */
type Fault = 'none' | 'leaves the cube' | 'forgets' | 'draws by itself' | 'believes';

/** Draws around where it stands, which is the best that it tried; with priors it begins where they lead. */
class Follower implements Searcher {
  readonly name = 'follower';
  readonly learnsFromPrior = 'starts where they lead';
  readonly rounds = 6;
  readonly samples = 4;
  readonly #space: SearchSpace;
  readonly #fault: Fault | 'none';
  #random: Random;
  #best: { readonly theta: readonly number[]; readonly reward: number };
  #round = 0;
  #pending: readonly { readonly theta: readonly number[] }[] | null = null;

  constructor(space: SearchSpace, random: Random, fault: Fault) {
    this.#space = space;
    this.#random = random;
    this.#fault = space.prior === undefined ? 'none' : fault;
    this.#best = { theta: priorStart(space.prior) ?? space.start, reward: -1 };
  }

  recommend() {
    return { theta: this.#fault === 'believes' ? (priorStart(this.#space.prior) ?? []) : this.#best.theta };
  }

  ask() {
    this.#pending ??= Array.from({ length: this.samples }, (_, index) => {
      if (this.#round === 0 && index === 0) return { theta: this.#space.start };
      return { theta: this.#best.theta.map((value) => this.#moved(value)) };
    });
    return this.#pending;
  }

  #moved(value: number): number {
    const luck = this.#fault === 'draws by itself' ? Math.random() - 0.5 : 0.3 * this.#random.normal();
    const moved = value + luck;
    return this.#fault === 'leaves the cube' ? moved : Math.min(1, Math.max(0, moved));
  }

  tell(results: readonly TrialResult[]): void {
    for (const { theta, reward } of results) if (reward > this.#best.reward) this.#best = { theta, reward };
    this.#pending = null;
    this.#round += 1;
  }

  snapshot(): Json {
    const { key, words } = this.#random.state();
    return {
      round: this.#round,
      best: { ...this.#best },
      random: { key, words },
      pending: this.#pending?.map((one) => ({ ...one })) ?? null,
    };
  }

  restore(state: Json): void {
    const { round, best, random, pending } = state as unknown as {
      readonly round: number;
      readonly best: { readonly theta: readonly number[]; readonly reward: number };
      readonly random: RandomState;
      readonly pending: readonly { readonly theta: readonly number[] }[] | null;
    };
    this.#round = round;
    this.#best = this.#fault === 'forgets' ? { theta: priorStart(this.#space.prior) ?? [], reward: best.reward } : best;
    this.#random = Random.fromState(random);
    this.#pending = pending;
  }
}

async function statusOf(fault: Fault, law: string): Promise<string | undefined> {
  const plugin = definePlugin({
    kind: 'searcher',
    name: 'follower',
    summary: 'for a test',
    options: z.strictObject({}),
    create: () => ({ name: 'follower', create: (space, random) => new Follower(space, random, fault) }),
  }) as unknown as Plugin<PluginKind>;
  const found = await lawsOf(plugin);
  const laws = 'laws' in found ? found.laws : [];
  return (await laws.find(({ name }) => name === law)?.check({ seed: 1, runs: 60 }))?.status;
}

describe('of a searcher that learns from priors', () => {
  const faults: readonly (readonly [Fault, string])[] = [
    ['leaves the cube', 'cube'],
    ['forgets', 'snapshot'],
    ['draws by itself', 'seed'],
    ['believes', 'misled'],
  ];

  test.each(faults)('that %s where it has some, the law "%s" is broken', async (fault, law) => {
    expect(await statusOf(fault, law)).toBe('broken');
    expect(await statusOf('none', law)).toBe('holds');
  });
});
