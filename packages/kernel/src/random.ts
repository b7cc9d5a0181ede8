import { sha256 } from '@noble/hashes/sha2.js';
import { utf8ToBytes } from '@noble/hashes/utils.js';
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plusFromState } from 'pure-rand/generator/xoroshiro128plus';
import type { RandomGenerator } from 'pure-rand/types/RandomGenerator';

/** A generator's whole state; JSON, so that it can be stored. */
export interface RandomState {
  readonly key: string;
  readonly words: readonly number[];
}

/**
 * The seeded generator (xoroshiro128+) that all randomness of a run comes from.
 *
 * It is handed down, never global. `split(label)` derives an independent stream from this one's key without
 * advancing it, so that what one part draws never depends on how much another part drew.
 */
export class Random {
  readonly #key: string;
  readonly #generator: RandomGenerator;

  private constructor(key: string, generator: RandomGenerator) {
    this.#key = key;
    this.#generator = generator;
  }

  /** @param seed any integer or text; equal seeds give equal streams on every platform. */
  static fromSeed(seed: number | string): Random {
    const key = String(seed);
    const digest = sha256(utf8ToBytes(key));
    const view = new DataView(digest.buffer, digest.byteOffset);
    // The all-zero state is the generator's one fixed point; SHA-256 does not produce it in practice.
    const words = [0, 4, 8, 12].map((offset) => view.getInt32(offset, true));
    return new Random(key, xoroshiro128plusFromState(words));
  }

  static fromState(state: RandomState): Random {
    return new Random(state.key, xoroshiro128plusFromState(state.words));
  }

  state(): RandomState {
    return { key: this.#key, words: [...this.#generator.getState()] };
  }

  /** An independent stream for `label`; the same label always gives the same stream. */
  split(label: string | number): Random {
    return Random.fromSeed(`${this.#key}/${label}`);
  }

  /** Uniform in [0, 1), 53 bits. */
  uniform(): number {
    // uniformFloat64 draws from [0, 1].
    for (;;) {
      const value = uniformFloat64(this.#generator);
      if (value < 1) return value;
    }
  }

  /** Uniform integer in [min, max], both included. */
  integer(min: number, max: number): number {
    return uniformInt(this.#generator, min, max);
  }

  /** Standard normal (Box-Muller; the second value is not kept, so that the state is the generator's alone). */
  normal(): number {
    const radius = Math.sqrt(-2 * Math.log(1 - this.uniform()));
    return radius * Math.cos(2 * Math.PI * this.uniform());
  }

  /** A shuffled copy (Fisher-Yates). */
  shuffle<T>(items: readonly T[]): T[] {
    const shuffled = [...items];
    for (let last = shuffled.length - 1; last > 0; last--) {
      const other = this.integer(0, last);
      [shuffled[last], shuffled[other]] = [shuffled[other] as T, shuffled[last] as T];
    }
    return shuffled;
  }
}
