import type { Random } from '@auto-seg-loss/kernel';
import { between } from './material.ts';

/** Left or right of the road. */
export type Side = -1 | 1;

/**
 * A straight street seen from the height of a van's roof. Nearness t runs from 0 at the horizon to 1 at the bottom of the
 * image; it is the inverse of depth, so that lengths on the screen are proportional to it.
 */
export class StreetView {
  readonly height: number;
  readonly width: number;
  readonly horizon: number;
  readonly #vanishing: number;
  readonly #center: number;
  readonly #halfRoad: number;
  /** Widths of the pavements, relative to half the road. */
  readonly #pavement: { readonly left: number; readonly right: number };

  constructor(height: number, width: number, random: Random) {
    this.height = height;
    this.width = width;
    this.horizon = height * between(random, 0.34, 0.52);
    this.#vanishing = width * between(random, 0.3, 0.7);
    this.#center = width * between(random, 0.35, 0.65);
    this.#halfRoad = width * between(random, 0.3, 0.5);
    this.#pavement = { left: between(random, 0.25, 0.8), right: between(random, 0.25, 0.8) };
  }

  /** The row of the ground at a nearness. */
  ground(t: number): number {
    return this.horizon + (this.height - this.horizon) * t;
  }

  /** The camera's height above the ground, about 2.2 m, in pixels at a nearness: the unit of length there. */
  unit(t: number): number {
    return (this.height - this.horizon) * t;
  }

  /** Column of the road's middle. */
  middle(t: number): number {
    return this.#vanishing + (this.#center - this.#vanishing) * t;
  }

  /** Column of the kerb. */
  kerb(side: Side, t: number): number {
    return this.middle(t) + side * this.#halfRoad * t;
  }

  /** Column where the pavement ends and the houses begin. */
  wall(side: Side, t: number): number {
    return this.kerb(side, t) + side * this.#halfRoad * (side < 0 ? this.#pavement.left : this.#pavement.right) * t;
  }

  /** The nearness of the wall at a column. */
  wallNearness(side: Side, x: number): number {
    return (x - this.#vanishing) / (this.wall(side, 1) - this.#vanishing);
  }
}
