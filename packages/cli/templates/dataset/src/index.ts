import { type Dataset, definePlugin, type Plugin, Random } from '@auto-seg-loss/kernel';
import { z } from 'zod';
import { TemplateNameSplit } from './split.ts';

export interface TemplateNameOptions {
  /** Images to train on, of which a search holds some out. */
  readonly train: number;
  /** Images that only reports see. */
  readonly val: number;
  /** Side of an image, in pixels. */
  readonly side: number;
  readonly seed: number;
}

const options: z.ZodType<TemplateNameOptions> = z.strictObject({
  train: z.int().min(1).max(100_000).default(60).describe('Images to train on, of which a search holds some out.'),
  val: z.int().min(1).max(100_000).default(20).describe('Images that only reports see.'),
  side: z.int().min(8).max(1024).default(64).describe('Side of an image, in pixels.'),
  seed: z.int().min(0).default(1).describe('Of the drawing: another one gives other images.'),
});

/** Say here what it holds, and where it comes from. As it stands: a disc on a noisy ground, drawn when it is read. */
export const plugin: Plugin<'dataset', TemplateNameOptions> = definePlugin({
  kind: 'dataset',
  name: 'template-name',
  summary: 'One line for asl plugins',
  options,
  // Of files, options are relative paths; they start at the second argument's baseDir.
  create: (given): Dataset => {
    const random = Random.fromSeed(given.seed);
    return {
      name: 'template-name',
      classes: ['ground', 'disc'],
      train: new TemplateNameSplit('train', given.train, given.side, random),
      val: new TemplateNameSplit('val', given.val, given.side, random),
      // Of files, their names, sizes and contents belong in it: changed data is another data set.
      fingerprint: () => Promise.resolve(`template-name ${JSON.stringify(given)}`),
    };
  },
});
