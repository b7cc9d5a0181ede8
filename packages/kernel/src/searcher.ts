import type { Random } from './random.ts';

/** JSON, as it goes into the store. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** A point of the unit cube to be tried. */
export interface Proposal {
  /** `dimensions` values in [0, 1]. */
  readonly theta: readonly number[];
  /** Never pruned, whatever its first rewards: the others are compared with it. */
  readonly whole?: true;
  /** θ itself shall be learned from here, by gradients: of surrogates whose curves have pieces. */
  readonly descent?: Descent;
}

/**
 * θ is learned while a network is trained with the loss that it makes (bilevel optimisation, as in differentiable
 * architecture search: Liu et al., DARTS, ICLR 2019): from time to time θ takes a step that makes the network's next step do
 * better on held-out images.
 */
export interface Descent {
  /** Iterations of the network, from one step of θ to the next. */
  readonly every: number;
  /** Of Adam, for the logits of θ. */
  readonly learningRate: number;
}

/** What a proposal came to. */
export interface TrialResult {
  readonly theta: readonly number[];
  /** complete: trained and scored. failed: not finite, crashed or timed out. pruned: stopped by the searcher. */
  readonly status: 'complete' | 'failed' | 'pruned';
  /** In [0, 1]; 0 for a failed trial, the last report for a pruned one. Always finite. */
  readonly reward: number;
  /** Of a pruned trial: what share of its training was done, in (0, 1). */
  readonly share?: number;
  /** Of a descent: where it ended. Its reward is that of a network whose loss changed; it says little about either end. */
  readonly descended?: readonly number[];
}

/** An intermediate reward of a running trial. */
export interface TrialReport {
  /** Index within the round. */
  readonly trial: number;
  /** Iterations trained so far. */
  readonly step: number;
  readonly reward: number;
}

/** What a searcher is made with. */
export interface SearchSpace {
  /** Length of θ. */
  readonly dimensions: number;
  /** Where a search begins: by default at evenly spaced straight lines. */
  readonly start: readonly number[];
  /** What each coordinate is, in a few words, such as `union.a 2` and `temperature`: for people. A search's own always says it. */
  readonly coordinates?: readonly string[];
  /** What other searches found, where the config names some: a searcher may learn from it, or leave it. */
  readonly prior?: readonly PriorTask[];
}

/** What is known of another task: another search, on other data or for another metric, or a loss that was found. */
export interface PriorTask {
  /** As the config names it. */
  readonly name: string;
  /** At least one; no two have the same θ. */
  readonly trials: readonly PriorTrial[];
}

/** A point that was tried there, in θ of this space. */
export interface PriorTrial {
  readonly theta: readonly number[];
  /** In [0, 1], and comparable within the task alone; null for a loss that was found, of which nothing else is known. */
  readonly reward: number | null;
}

/**
 * Proposes points of the unit cube and learns from their rewards. Pure: no training, no clock, no I/O, and all randomness
 * from the generator it is handed; so a snapshot and the same answers give the same future.
 *
 * Life of a search: `ask` for a round's proposals, run them in any order, `tell` all their results in the order of the
 * proposals, `snapshot`; and again, `rounds` times.
 */
export interface Searcher {
  readonly name: string;
  /** What it takes from the priors of its space, as a clause: "starts at …"; one that ignores them leaves it out. */
  readonly learnsFromPrior?: string;
  /** Rounds of the whole search. */
  readonly rounds: number;
  /** Proposals of a round: of the one that is asked for, where rounds differ. */
  readonly samples: number;
  /** Proposals of the whole search, where rounds differ; without it, `rounds` times `samples`. */
  readonly trials?: number;
  /** The next round's proposals. Called again before `tell`, it gives the same ones. */
  ask(): readonly Proposal[];
  /**
   * The results of the round last asked for, in the order of its proposals.
   * @param earlier all results that were told before, in their order, with the rewards that they have now: of a search for several
   *   metrics, where a reward says how a trial stands among all that were tried. What a searcher keeps of rewards of earlier rounds
   *   is to be taken from here. undefined where rewards stay what they are.
   */
  tell(results: readonly TrialResult[], earlier?: readonly TrialResult[]): void;
  /** During a trial; 'stop' prunes it. Searchers that never prune leave it out. */
  report?(report: TrialReport): 'continue' | 'stop';
  /**
   * The point that it now believes best, tried or not, such as the mean of its distribution. After the last round it is tried
   * beside the best trials. Searchers that only compare what they tried leave it out.
   */
  recommend?(): Proposal;
  /** The whole state, to be stored between rounds. */
  snapshot(): Json;
  /** Takes a snapshot of a searcher made with the same options and space. @throws AslError ASL_STATE_CORRUPT. */
  restore(state: Json): void;
}

/** Makes a searcher for a space. */
export interface SearcherFactory {
  readonly name: string;
  create(space: SearchSpace, random: Random): Searcher;
}
