import type { Random } from '@auto-seg-loss/kernel';
import type { Material, Rgb } from './canvas.ts';
import { latticeHash, valueNoise } from './hash-noise.ts';

export function between(random: Random, low: number, high: number): number {
  return low + (high - low) * random.uniform();
}

export function noiseSeed(random: Random): number {
  return random.integer(0, 0x7fffffff);
}

export function shade([red, green, blue]: Rgb, factor: number): Rgb {
  return [red * factor, green * factor, blue * factor];
}

export function blend(a: Rgb, b: Rgb, share: number): Rgb {
  return [a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share, a[2] + (b[2] - a[2]) * share];
}

/** A grey of a brightness, up to `tint` off in each channel. */
export function greyish(random: Random, brightness: number, tint: number): Rgb {
  return [
    brightness + between(random, -tint, tint),
    brightness + between(random, -tint, tint),
    brightness + between(random, -tint, tint),
  ];
}

export function vivid(random: Random): Rgb {
  const low = between(random, 10, 60);
  const high = between(random, 150, 235);
  const middle = between(random, low, high);
  const [a, b, c] = random.shuffle([low, middle, high]) as [number, number, number];
  return [a, b, c];
}

export function plain(base: Rgb): Material {
  return { base, other: base, mix: () => 0 };
}

/** Fine and coarse noise about a colour. `contrast` is relative to it; `grain` in pixels. */
export function rough(base: Rgb, contrast: number, grain: number, seed: number): Material {
  return {
    base: shade(base, 1 - contrast),
    other: shade(base, 1 + contrast),
    mix: (x, y) =>
      0.6 * valueNoise(x / grain, y / grain, seed) +
      0.4 * valueNoise(x / (3.7 * grain), y / (3.7 * grain), seed ^ 0x5bd1e995),
  };
}

/** Leaves: dark gaps and light spots. */
export function foliage(base: Rgb, grain: number, seed: number): Material {
  return {
    base: shade(base, 0.45),
    other: shade(base, 1.35),
    mix: (x, y) => {
      const spots = (latticeHash(Math.floor(x), Math.floor(y), seed) >>> 24) / 255;
      return (
        0.55 * valueNoise(x / grain, y / grain, seed) +
        0.25 * spots +
        0.2 * valueNoise(x / (3 * grain), y / (3 * grain), seed ^ 77)
      );
    },
  };
}
