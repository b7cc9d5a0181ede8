import { checkResults, type Json, type Proposal, type Searcher, type TrialResult } from '@auto-seg-loss/kernel';

/** Proposes the same points in every round, and learns nothing: what measures them again and again. */
export class FixedSearcher implements Searcher {
  readonly name = 'fixed';
  readonly rounds: number;
  readonly samples: number;
  readonly #proposals: readonly Proposal[];
  #asked = false;

  constructor(thetas: readonly (readonly number[])[], rounds: number) {
    this.rounds = rounds;
    this.samples = thetas.length;
    this.#proposals = thetas.map((theta) => ({ theta, whole: true }));
  }

  ask(): readonly Proposal[] {
    this.#asked = true;
    return this.#proposals;
  }

  tell(results: readonly TrialResult[]): void {
    checkResults(this.name, this.#asked ? this.#proposals : null, results);
    this.#asked = false;
  }

  snapshot(): Json {
    return null;
  }

  restore(): void {}
}
