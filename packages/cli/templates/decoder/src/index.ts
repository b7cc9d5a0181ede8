import { type Decoder, definePlugin, type Plugin } from '@auto-seg-loss/kernel';
import { z } from 'zod';

export interface TemplateNameOptions {
  /** The first class is chosen only where its probability is above this. */
  readonly least: number;
}

const options: z.ZodType<TemplateNameOptions> = z.strictObject({
  least: z
    .number()
    .min(0)
    .lt(1)
    .default(0.5)
    .describe('The first class is chosen only where its probability is above this.'),
});

const NAME = 'template-name';

/** Say here how it decides. As it stands: the first class where it is probable enough, else the most probable of the others. */
export const plugin: Plugin<'decoder', TemplateNameOptions> = definePlugin({
  kind: 'decoder',
  name: NAME,
  summary: 'One line for asl plugins',
  options,
  create: ({ least }): Decoder => ({
    name: NAME,
    // Without, it would never be asked: the largest logit decides then.
    needsProbabilities: true,
    decode: (probabilities, { classes, height, width }) => {
      const pixels = height * width;
      const chosen = new Uint8Array(pixels);
      for (let pixel = 0; pixel < pixels; pixel++) {
        if ((probabilities[pixel] as number) > least || classes === 1) continue;
        let best = 1;
        // [c, h, w]: the probabilities of a class lie together.
        for (let c = 2; c < classes; c++) {
          const value = probabilities[c * pixels + pixel] as number;
          if (value > (probabilities[best * pixels + pixel] as number)) best = c;
        }
        chosen[pixel] = best;
      }
      return chosen;
    },
  }),
});
