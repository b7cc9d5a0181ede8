import { publishedLosses } from '@auto-seg-loss/formula';
import type { Metric } from '@auto-seg-loss/kernel';
import { albums } from '@auto-seg-loss/testing';
import { fc, test } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import { allMetrics } from '../../formula/test/metrics.ts';
import { type Average, referenceMetrics } from '../../formula/test/reference/metrics.ts';
import { type Points, referenceLoss, type SurrogateOptions } from '../../formula/test/reference/surrogates.ts';
import { referenceSurrogate } from '../src/curves/reference-surrogate.ts';
import { plainLoss, plainScore } from '../src/metric/evaluate.ts';
import { batchOf, softness } from '../src/tensors/batch.ts';

// What laws compare with is itself compared: with metrics and losses that were written without any formula.

const averages = fc.constantFrom<Average>('dataset', 'image', 'class-and-image');
const options = fc.record({ tolerance: fc.integer({ min: 0, max: 6 }), background: fc.boolean(), average: averages });

const nameFor = (name: string, average: Average): string => (average === 'dataset' ? name : `${name}-${average}`);

describe('plain loops', () => {
  test.prop([albums(), options], { numRuns: 150 })('give the metrics by their definitions', (album, given) => {
    const diagonal = 0.1;
    const images = album.pictures;
    const expected = referenceMetrics(images, { ...given, classes: album.classes, diagonal });
    for (const metric of allMetrics({ ...given, diagonal })) {
      const { value } = plainScore(metric, album);
      const reference = Object.entries(expected).find(([name]) => nameFor(name, given.average) === metric.name)?.[1];
      if (reference === null || reference === undefined) expect(value, metric.name).toBeNull();
      else expect(value, metric.name).toBeCloseTo(reference, 12);
    }
  });

  const losses = ['miou', 'fwiou', 'macc', 'gacc', 'biou', 'bf1', 'boundary-iou'] as const;
  test.prop(
    [albums({ oneSize: true, sides: [1, 7], classes: [2, 4] }), options, softness, fc.constantFrom(...losses)],
    {
      numRuns: 150,
    },
  )('give the losses by their definitions', (album, given, soft, name) => {
    const points = publishedLosses[name === 'boundary-iou' ? 'miou' : name]?.curves as readonly Points[];
    const batch = batchOf(album, soft);
    const diagonal = 0.2;
    const reference: SurrogateOptions = { metric: name, curves: points, diagonal, ...given };
    const expected = referenceLoss(batch, reference);
    // The mean of nothing.
    fc.pre(!Number.isNaN(expected));
    const metric = allMetrics({ ...given, diagonal }).find((each) => each.name === nameFor(name, given.average));
    const curves = points.map((each) => referenceSurrogate((each.length - 1) / 2).fromPoints(each));
    const plain = plainLoss(metric as Metric, curves, album, batch.logits);
    const ignored = batch.labels.every((label) => label >= album.classes);
    expect(plain).toBeCloseTo(ignored ? 0 : expected, 9);
  });
});
