import type { Loss } from '@auto-seg-loss/ops';
import { fc, test as property } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { type Batch, validPixels } from '../../../test/losses/batch.ts';
import { equalsReference, type LossCase } from '../../../test/losses/equals-reference.ts';
import { mean } from '../../../test/losses/overlap.ts';
import { boundaryPenalty } from '../src/boundary-penalty.ts';

import { type DpceOptions, plugin } from '../src/index.ts';
import { LabelDistances } from '../src/label-distances.ts';

const create = (options: Partial<DpceOptions> = {}): Loss =>
  plugin.create(plugin.options.parse(options), { baseDir: '.', cacheDir: '.' }) as Loss;

/** Every pixel against every other: squared distance to the nearest of another class. */
function allPairs(labels: ArrayLike<number>, h: number, w: number, classes: number): number[] {
  const isValid = (label: number): boolean => label >= 0 && label < classes;
  return Array.from({ length: h * w }, (_, a) => {
    if (!isValid(labels[a] as number)) return 0;
    let least = Number.POSITIVE_INFINITY;
    for (let b = 0; b < h * w; b++) {
      if (!isValid(labels[b] as number) || labels[b] === labels[a]) continue;
      least = Math.min(least, (Math.floor(a / w) - Math.floor(b / w)) ** 2 + ((a % w) - (b % w)) ** 2);
    }
    return least;
  });
}

const knownDistances = new WeakMap<Int32Array, readonly (readonly number[])[]>();

/** The distances of each image; a reference is called many times with the same labels. */
function distancesOf({ shape: [n, h, w, c], labels }: Batch): readonly (readonly number[])[] {
  const known = knownDistances.get(labels);
  if (known !== undefined) return known;
  const distances = Array.from({ length: n }, (_, i) =>
    allPairs(labels.subarray(i * h * w, (i + 1) * h * w), h, w, c).map(Math.sqrt),
  );
  knownDistances.set(labels, distances);
  return distances;
}

function reference(batch: Batch, penalty: number): number {
  const [, h, w] = batch.shape;
  return mean(
    validPixels(batch).map(({ image, row, column, label, logP }) => {
      const labels = batch.labels.subarray(image * h * w, (image + 1) * h * w);
      const distances = distancesOf(batch)[image] as readonly number[];
      const own = distances.filter((_, pixel) => labels[pixel] === label);
      const [nearest, deepest] = [Math.min(...own), Math.max(...own)];
      const d = distances[row * w + column] as number;
      const phi = d === Number.POSITIVE_INFINITY ? 0 : deepest === nearest ? 1 : (deepest - d) / (deepest - nearest);
      return -(1 + penalty * phi) * (logP[label] as number);
    }),
  );
}

const cases = [{}, { penalty: 5 }, { penalty: 0 }].map(
  (options: Partial<DpceOptions>): LossCase => ({
    what: JSON.stringify(options),
    create: () => create(options),
    reference: (batch) => reference(batch, options.penalty ?? 1),
  }),
);

describe('distance-penalised cross-entropy', () => {
  equalsReference(cases);

  const images = fc
    .record({ h: fc.integer({ min: 1, max: 12 }), w: fc.integer({ min: 1, max: 12 }) })
    .chain(({ h, w }) =>
      fc.record({
        h: fc.constant(h),
        w: fc.constant(w),
        labels: fc.array(fc.constantFrom(0, 0, 0, 0, 1, 2, 255, 255, -1), { minLength: h * w, maxLength: h * w }),
      }),
    );

  property.prop([images], { numRuns: 500 })('distances are those of all pairs of pixels', ({ h, w, labels }) => {
    const distances = new LabelDistances(h, w, 3);
    distances.of(new Int32Array(h * w).fill(1));
    expect([...distances.of(Int32Array.from(labels))]).toEqual(allPairs(labels, h, w, 3));
  });

  const penalty = (rows: readonly string[]): number[] => {
    const labels = Int32Array.from([...rows.join('')].map((x) => (x === '.' ? 255 : Number(x))));
    return [...boundaryPenalty(labels, [1, rows.length, (rows[0] as string).length], 10)].map((x) =>
      Number(x.toFixed(4)),
    );
  };

  test('falls from 1 at the boundary to 0 in the depth of each class', () => {
    expect(penalty(['000011'])).toEqual([0, 0.3333, 0.6667, 1, 1, 0]);
  });

  test('an object that is all boundary has 1, not 0/0', () => {
    expect(penalty(['00100'])).toEqual([0, 1, 1, 1, 0]);
  });

  test('an ignored outline is no boundary of its own, and none to its sides', () => {
    expect(penalty(['000..111'])).toEqual([0, 0.5, 1, 0, 0, 1, 0.5, 0]);
  });

  test('neither the image’s border nor a single class has a boundary', () => {
    expect(penalty(['111', '111'])).toEqual([0, 0, 0, 0, 0, 0]);
    expect(penalty(['11.', '...'])).toEqual([0, 0, 0, 0, 0, 0]);
  });
});
