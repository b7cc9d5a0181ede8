import { defineMetric, type PerClass, type Plugin } from '@auto-seg-loss/kernel';
import { type NsdOptions, nsdOptions } from './options.ts';

export type { NsdOptions } from './options.ts';

/**
 * Normalised surface distance, or surface Dice (Nikolov et al., JMIR 2021): the share of both surfaces, of what is predicted and
 * of what is labelled, that lies at most `tolerance` from the other one. (|E∩D(F)| + |F∩D(E)|) / (|E| + |F|) for each class,
 * where E and F are the surfaces and D is dilation by a disc of that radius; sums over all pixels.
 *
 * A surface is made of the pixels of a mask beside which, up, down, left or right, is one that is not of it; what the image's
 * border cuts off is surface too. So it is in MONAI's `compute_surface_dice` (1.6), which has the same values for an image. The
 * `surface-distance` package of DeepMind, and MONAI with `use_subvoxels`, put surfaces between pixels and weigh each piece by
 * its length: a diagonal counts more there, and distances are other ones by up to a pixel. A formula adds up pixels, so here
 * each counts 1.
 */
export const plugin: Plugin<'metric', NsdOptions> = defineMetric({
  name: 'nsd',
  summary: 'Normalised surface distance (surface Dice): the share of the surfaces that is within a tolerance',
  options: nsdOptions,
  average: ({ average }) => average,
  claims: ({ background, tolerance, spacing: [row, column] }) => ({
    renaming: typeof tolerance === 'number' ? (background ? 'all' : 'foreground') : 'none',
    leavesOutIgnored: false,
    leads: 'none',
    symmetric: true,
    flips: row === column ? 'all' : 'mirrored',
  }),
  measure: (
    { and, or, minus, times, erode, dilate, sum },
    { prediction, label, everywhere },
    options,
  ): Readonly<Record<string, PerClass>> => {
    const beside = { radius: { disc: 1 }, outside: 0 } as const;
    const inner = erode(prediction, beside);
    const inside = and('inside', prediction, inner);
    const drawn = minus(or('outside', prediction, inner), inside);
    const truth = minus(label, erode(label, beside));
    const near = tolerancesOf(options).flatMap((disc): [string, PerClass][] => {
      const reach = { disc, spacing: options.spacing };
      return [
        [`hits ${disc}`, sum(times(drawn, dilate(truth, reach)), everywhere)],
        [`found ${disc}`, sum(times(dilate(drawn, reach), truth), everywhere)],
      ];
    });
    return { drawn: sum(drawn, everywhere), truth: sum(truth, everywhere), ...Object.fromEntries(near) };
  },
  score: ({ mean, ratio, plus, scale, scaleClasses, withoutBackground }, sums, options) => {
    const of = (name: string): PerClass => sums[name] as PerClass;
    const { tolerance, steps, background } = options;
    const near = [...new Set([tolerance].flat())].map((largest) => {
      const all = stepsTo(largest, steps).map((disc) => plus(of(`hits ${disc}`), of(`found ${disc}`)));
      const total = all.reduce((a, b) => plus(a, b));
      const those = all.length === 1 ? total : scale(1 / all.length, total);
      return typeof tolerance === 'number'
        ? those
        : scaleClasses(
            tolerance.map((each) => Number(each === largest)),
            those,
          );
    });
    const nsd = ratio(
      near.reduce((a, b) => plus(a, b)),
      plus(of('drawn'), of('truth')),
    );
    return mean(background ? nsd : withoutBackground(nsd));
  },
});

/** Of all classes and steps, each once. */
function tolerancesOf({ tolerance, steps }: NsdOptions): readonly number[] {
  return [...new Set([tolerance].flat().flatMap((each) => stepsTo(each, steps)))];
}

function stepsTo(tolerance: number, steps: number): readonly number[] {
  if (steps === 0) return [tolerance];
  return Array.from({ length: steps + 1 }, (_, step) => (tolerance * step) / steps);
}
