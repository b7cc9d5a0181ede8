import type { Loss } from '@auto-seg-loss/ops';
import { plugin as crossEntropy } from '../../../plugins/loss-cross-entropy/src/index.ts';
import { plugin as dice } from '../../../plugins/loss-dice/src/index.ts';
import { plugin as focal } from '../../../plugins/loss-focal/src/index.ts';
import { plugin as jaccard } from '../../../plugins/loss-jaccard/src/index.ts';
import { plugin as tversky } from '../../../plugins/loss-tversky/src/index.ts';

const plugins = { 'cross-entropy': crossEntropy, dice, focal, jaccard, tversky };

/** The weights of the losses below that are tied to a number of classes. */
export const classWeights: readonly number[] = [1, 0.5, 3];

/** The hand-made losses that have a formula, each with all that its options change. */
export const handMadeLosses: readonly (readonly [name: keyof typeof plugins, options: object])[] = [
  ['cross-entropy', {}],
  ['cross-entropy', { labelSmoothing: 0.2 }],
  ['cross-entropy', { labelSmoothing: 0.2, classWeights }],
  ['focal', {}],
  ['focal', { gamma: 0 }],
  ['focal', { gamma: 0.5, classWeights }],
  ['dice', {}],
  ['dice', { squared: true, log: true, classWeights }],
  ['dice', { classes: 'all', smooth: 1, per: 'image' }],
  ['jaccard', {}],
  ['jaccard', { per: 'image', smooth: 0.5 }],
  ['tversky', {}],
  ['tversky', { alpha: 0.6, beta: 0.2, gamma: 0.75 }],
  ['tversky', { classes: 'all', smooth: 0.1 }],
];

/** One of them as its plugin makes it. */
export async function makeHandMade(name: keyof typeof plugins, options: object): Promise<Loss> {
  const plugin = plugins[name];
  return (await plugin.create(plugin.options.parse(options) as never, { baseDir: '', cacheDir: '' })) as Loss;
}
