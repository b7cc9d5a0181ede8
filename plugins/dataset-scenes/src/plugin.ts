import { createHash } from 'node:crypto';
import { type Dataset, definePlugin, type Plugin, Random } from '@auto-seg-loss/kernel';
import { CLASSES, COLORS } from './classes.ts';
import { type ScenesOptions, scenesOptions } from './options.ts';
import { ScenesSplit } from './scenes-split.ts';

/** Drawn street scenes, all from a seed: data without a download. */
export const plugin: Plugin<'dataset', ScenesOptions> = definePlugin({
  kind: 'dataset',
  name: 'scenes',
  summary: 'Drawn street scenes with thin and rare classes; nothing to download.',
  options: scenesOptions,
  create: (options): Dataset => {
    const random = Random.fromSeed(`scenes/${options.seed}`);
    const train = new ScenesSplit('train', options.train, options, random);
    const val = new ScenesSplit('val', options.val, options, random);
    return {
      name: 'scenes',
      classes: CLASSES,
      colors: COLORS,
      train,
      val,
      // A first scene of each split stands for how scenes are drawn, which may change with the version.
      fingerprint: async () => {
        const hash = createHash('sha256').update(JSON.stringify(options));
        for (const split of [train, val].filter(({ ids }) => ids.length > 0)) {
          const { image, label } = await split.read(0);
          hash.update(image).update(label);
        }
        return hash.digest('hex');
      },
    };
  },
});
