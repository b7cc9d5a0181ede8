import { readFileSync } from 'node:fs';
import type { Decoder } from '@auto-seg-loss/kernel';
import { fc, test as property } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { bestCut } from '../src/best-cut.ts';
import { gridFor } from '../src/grid.ts';
import { plugin, type RankOptions } from '../src/index.ts';
import { OBJECTIVES } from '../src/objective.ts';

interface Golden {
  readonly partsOfOne: number;
  readonly cases: readonly {
    readonly name: string;
    readonly pruning: number;
    readonly size: readonly [number, number];
    readonly classes: number;
    readonly parts: readonly number[];
    readonly iou: readonly number[];
    readonly dice: readonly number[];
  }[];
}

const golden = JSON.parse(readFileSync(new URL('golden/decodings.json', import.meta.url), 'utf8')) as Golden;
const METRICS = ['iou', 'dice'] as const;

const decoder = (options: Partial<RankOptions>): Decoder =>
  plugin.create(plugin.options.parse(options), { baseDir: '.', cacheDir: '.' }) as Decoder;

describe("rank decodes as the package of RankSEG's authors", () => {
  for (const metric of METRICS) {
    test.each(golden.cases)(
      `for ${metric}: $name`,
      ({ pruning, size: [height, width], classes, parts, ...decoded }) => {
        const probabilities = Float32Array.from(parts, (part) => part / golden.partsOfOne);
        const made = decoder({ for: metric, pruning }).decode(probabilities, { classes, height, width });
        expect([...made]).toEqual(decoded[metric]);
      },
    );
  }

  test('it is told apart from the most probable class, and iou from dice', () => {
    const differs = golden.cases.filter(({ iou, dice }) => iou.some((c, pixel) => c !== dice[pixel]));
    expect(differs.length).toBeGreaterThan(3);
  });
});

/** Probabilities of a class; of few values too, so that many are equal. */
const masses = fc.oneof(
  fc.array(fc.integer({ min: 0, max: 2 ** 16 }), { minLength: 1, maxLength: 40 }),
  fc.array(fc.constantFrom(0, 2 ** 13, 2 ** 14, 2 ** 15, 2 ** 16), { minLength: 1, maxLength: 40 }),
);

describe('the cut of a class', () => {
  property.prop([masses, fc.constantFrom(...METRICS), fc.constantFrom(0, 0.25, 0.5)], { numRuns: 500 })(
    'is that of trying every number of pixels in order of their probability',
    (parts, metric, pruning) => {
      const objective = OBJECTIVES[metric];
      const values = Float32Array.from(parts, (part) => part / 2 ** 16);
      const sorted = [...values].sort((a, b) => b - a);
      const mass = sorted.reduce((sum, p) => sum + p, 0);
      const scores = sorted.map((_, index) => {
        const predicted = sorted.slice(0, index + 1);
        return objective.value({ sum: predicted.reduce((sum, p) => sum + p, 0), count: index + 1 }, mass);
      });
      const scratch = new Float64Array(values.length);
      const found = bestCut(values, { objective, pruning, grid: gridFor(values.length), scratch });
      expect(found.mass).toBe(mass);
      const taken = values.filter((p) => p > found.cut).length;
      if ((sorted[0] as number) <= pruning) expect(found.cut).toBe(Number.POSITIVE_INFINITY);
      else expect(scores[taken - 1]).toBeCloseTo(Math.max(...scores), 13);
      // Along equal probabilities the objective only rises, only falls, or stays: the first of the best ends a block.
      const first = scores.findIndex((score) => score > Math.max(...scores) - 1e-13);
      if (taken > 0) expect(sorted[first + 1] ?? -1).toBeLessThan(sorted[first] as number);
    },
  );

  test.each([
    ['dice', 4],
    ['iou', 8],
  ] as const)('of equally good numbers it is the least: %s', (metric, neutral) => {
    // One sure pixel, and as many of probability 1/4 that any number of them changes nothing.
    const objective = OBJECTIVES[metric];
    const values = Float32Array.from([...Array.from({ length: neutral }, () => 0.25), 1]);
    const mass = 1 + neutral / 4;
    const all = objective.value({ sum: mass, count: values.length }, mass);
    expect(all).toBe(objective.value({ sum: 1, count: 1 }, mass));
    const scratch = new Float64Array(values.length);
    const { cut } = bestCut(values, { objective, pruning: 0.5, grid: gridFor(values.length), scratch });
    expect([...values.filter((p) => p > cut)]).toEqual([1]);
  });

  property.prop([masses, fc.constantFrom(...METRICS), fc.double({ min: 0, max: 1, noNaN: true })], { numRuns: 200 })(
    'and an increment are of one objective',
    (parts, metric, p) => {
      const objective = OBJECTIVES[metric];
      const sum = parts.reduce((total, part) => total + part / 2 ** 16, 0);
      const predicted = { sum, count: parts.length };
      const mass = sum + p;
      const more = { sum: sum + p, count: parts.length + 1 };
      const added = objective.value(more, mass) - objective.value(predicted, mass);
      expect(objective.increment(predicted, mass)(p)).toBeCloseTo(added, 12);
      expect(objective.increment(predicted, mass)(objective.neutral(objective.value(predicted, mass)))).toBeCloseTo(
        0,
        12,
      );
    },
  );
});

test('sums do not depend on the order of pixels', () => {
  const values = Float32Array.from({ length: 5000 }, (_, i) => Math.abs(Math.sin(i * 12.9898)) / (1 + (i % 97)));
  const grid = gridFor(values.length);
  const sum = (all: Float32Array): number => all.reduce((total, p) => total + (p + grid - grid), 0);
  expect(sum(values.toReversed())).toBe(sum(values));
  expect(sum(values.toSorted())).toBe(sum(values));
});
