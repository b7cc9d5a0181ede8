import type { AugmentOptions, ScoringOptions, TrainingOptions } from '@auto-seg-loss/kernel';
import { z } from 'zod';

type Shape<T> = { readonly [K in keyof T]: z.ZodType<T[K]> };

/** The fields of `TrainingOptions`, each with its range, its description and the default of this training. */
export function trainingShape(defaults: TrainingOptions): Shape<TrainingOptions> {
  const side = z.int().min(8).max(4096);
  return {
    images: z
      .enum(['fitted', 'crops'])
      .default(defaults.images)
      .describe(
        'fitted: whole images, resized to the size. crops: windows of the size out of images at their own size.',
      ),
    size: z
      .tuple([side, side])
      .default([...defaults.size])
      .describe("Height and width of the network's input, in pixels."),
    batchSize: z.int().min(1).max(4096).default(defaults.batchSize).describe('Images a step.'),
    iterations: z.int().min(1).max(10_000_000).default(defaults.iterations).describe('Steps of the training.'),
    warmUp: z
      .int()
      .min(0)
      .max(10_000_000)
      .default(defaults.warmUp)
      .describe('Steps in which the learning rate rises linearly to its whole; 0 for none.'),
    learningRate: z
      .number()
      .gt(0)
      .lte(100)
      .default(defaults.learningRate)
      .describe('Learning rate of the first step after the warm-up.'),
    power: z
      .number()
      .min(0)
      .max(10)
      .default(defaults.power)
      .describe(
        'The learning rate falls as (1 - iteration / iterations)^power, after the warm-up; 0 keeps it constant.',
      ),
    momentum: z.number().min(0).lt(1).default(defaults.momentum).describe('Momentum of SGD.'),
    weightDecay: z.number().min(0).max(1).default(defaults.weightDecay).describe('L2 penalty on convolution filters.'),
    augment: augmentSchema(defaults.augment).prefault({}).describe('How training images are varied.'),
  };
}

function augmentSchema(defaults: AugmentOptions): z.ZodType<AugmentOptions> {
  const factor = z.number().min(0.1).max(10);
  return z.strictObject({
    scale: z
      .tuple([factor, factor])
      .refine(([min, max]) => min <= max, 'the smaller scale first')
      .default([...defaults.scale])
      .describe(
        'Range of the random scale; 1 is the image fitted to the size, or where crops are trained on its own size. [1, 1] switches scaling off.',
      ),
    flip: z.boolean().default(defaults.flip).describe('Flip half of the images from left to right.'),
    photometric: z
      .number()
      .min(0)
      .max(1)
      .default(defaults.photometric)
      .describe('Strength of brightness, contrast and saturation changes; 0 is none.'),
    catMaxRatio: z
      .number()
      .gt(0)
      .max(1)
      .default(defaults.catMaxRatio)
      .describe(
        'A window of which one class has at least this share of the labelled pixels is drawn again, up to 10 times in all (mmsegmentation: 0.75); 1 takes the first.',
      ),
  });
}

/** What fields of one training ask of each other. */
export function warmUpEnds(options: Pick<TrainingOptions, 'warmUp' | 'iterations'>, context: z.RefinementCtx): void {
  const { warmUp, iterations } = options;
  if (warmUp < iterations) return;
  const message = `the warm-up has to end before the training: less than ${iterations} iterations, not ${warmUp}`;
  context.addIssue({ code: 'custom', path: ['warmUp'], message });
}

/** How trained networks are scored, and what `asl predict` takes where it is not told otherwise. */
export function scoringSchema(defaults: ScoringOptions): z.ZodType<ScoringOptions> {
  return z.strictObject({
    mode: z
      .enum(['whole', 'windows'])
      .default(defaults.mode)
      .describe(
        "whole: the network sees each image at once, fitted to the training's size. windows: windows of that size slide over the image at its own size.",
      ),
    overlap: z
      .number()
      .min(0)
      .lt(1)
      .default(defaults.overlap)
      .describe('Under windows, the share of a window that the next one covers too, at least.'),
    flip: z
      .boolean()
      .default(defaults.flip)
      .describe('Average the probabilities with those of the image mirrored from left to right.'),
    scales: z
      .array(z.number().min(0.1).max(10))
      .min(1)
      .max(20)
      .default([...defaults.scales])
      .describe('Sizes at which the network sees the image, relative to that of mode; probabilities are averaged.'),
  });
}
