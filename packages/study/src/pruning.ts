import { worthsOf } from './pareto/judged.ts';
import type { Scores } from './trial.ts';

/** When trials are given up before their end. */
export interface PruningOptions {
  /**
   * halving: at each rung all trials of a round wait for each other, and the best go on (successive halving: Jamieson and
   * Talwalkar, AISTATS 2016). median: a trial goes on if it is at least as good as half of those of earlier rounds were at
   * this rung (the median rule of Vizier: Golovin et al., KDD 2017).
   *
   * Neither depends on the order in which trials come to a rung.
   */
  readonly rule: 'halving' | 'median';
  /** Shares of the training at which trials are judged, ascending, in (0, 1). */
  readonly rungs: readonly number[];
  /** halving: what share of a rung's trials goes on, in (0, 1). */
  readonly keep: number;
}

/** A trial at a rung. */
export interface Contestant {
  /** Within the round. */
  readonly index: number;
  readonly scores: Scores;
  /** Goes on in any case. */
  readonly whole: boolean;
}

/** Fewer trials than this have no median worth the name. */
const LEAST_EARLIER = 8;

/**
 * Of the trials at a rung, those that go on: the best, of equal ones those that were proposed first.
 * @param keep share of them, at least one. @returns their indices.
 */
export function survivors(contestants: readonly Contestant[], keep: number): ReadonlySet<number> {
  const places = Math.max(1, Math.ceil(keep * contestants.length));
  const worths = worthsOf(contestants.map(({ scores }) => scores));
  const ranked = contestants
    .map(({ index, whole }, place) => ({ index, whole, worth: worths[place] as number }))
    .toSorted((a, b) => Number(b.whole) - Number(a.whole) || b.worth - a.worth || a.index - b.index);
  return new Set(ranked.filter(({ whole }, place) => whole || place < places).map(({ index }) => index));
}

/**
 * Whether a trial goes on under the median rule.
 * @param earlier rewards at the same rung, of all trials of earlier rounds that came to it.
 */
export function passesMedian(reward: number, earlier: readonly number[]): boolean {
  if (earlier.length < LEAST_EARLIER) return true;
  const sorted = earlier.toSorted((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)] as number;
  const lower = sorted[Math.floor((sorted.length - 1) / 2)] as number;
  return reward >= (lower + upper) / 2;
}
