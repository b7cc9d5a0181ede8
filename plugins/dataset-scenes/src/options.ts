import { z } from 'zod';

/**
 * Options of the data set `scenes`: drawn street scenes, so that everything runs without a download.
 *
 * Scene i of a split depends on `seed`, `size`, `difficulty` and i only: more scenes leave the first ones as they were.
 */
export interface ScenesOptions {
  /** Pixels: height and width, at least 32 each. Training at this size resamples nothing. */
  readonly size: readonly [number, number];
  /** Scenes to train on; a search holds out some of them for its reward. */
  readonly train: number;
  /** Scenes for reports. */
  readonly val: number;
  readonly seed: number;
  /**
   * 0 to 1: how alike the classes' colours are, how much blur, noise and uneven light there is, and how seldom the rare
   * classes come.
   */
  readonly difficulty: number;
}

const side = z.int().min(32).max(4096);

export const scenesOptions: z.ZodType<ScenesOptions> = z.strictObject({
  size: z.tuple([side, side]).default([96, 128]).describe('Pixels: height and width, at least 32 each.'),
  train: z
    .int()
    .min(2)
    .max(100_000)
    .default(240)
    .describe('Scenes to train on; a search holds out some of them for its reward.'),
  val: z.int().min(0).max(100_000).default(80).describe('Scenes for reports only; a search needs none.'),
  seed: z.int().min(0).default(1).describe('Another seed draws other scenes.'),
  difficulty: z
    .number()
    .min(0)
    .max(1)
    .default(0.5)
    .describe('0 to 1: look-alike colours, blur, noise, uneven light, and how seldom the rare classes come.'),
});
