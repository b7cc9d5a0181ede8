import { openEngine } from '@auto-seg-loss/engine';
import { averageOptions, defineMetric, type Metric, type MetricClaims, type Plugin } from '@auto-seg-loss/kernel';
import { type LawReport, lawsOf } from '@auto-seg-loss/testing';
import { fc } from '@fast-check/vitest';
import { beforeAll, describe, expect, test } from 'vitest';
import { allMetrics } from '../../formula/test/metrics.ts';
import { answerLawsOf } from '../src/metric/answer-laws.ts';

beforeAll(() => openEngine({ backend: 'wasm' }));

/** Sums of which only one takes a curve: hits and what is predicted. */
function mixed(name: string, score: Parameters<typeof defineMetric>[0]['score'], claims: Partial<MetricClaims> = {}) {
  return defineMetric({
    name,
    summary: 'for a test',
    options: averageOptions,
    average: ({ average }) => average,
    claims: () => claims,
    measure: ({ and, sum }, { prediction, label }) => ({
      hits: sum(and('hits', prediction, label)),
      labelled: sum(label),
      predicted: sum(prediction),
    }),
    score,
  });
}

/** Sums of which both take curves: hits, and what is predicted or labelled. */
function curved(name: string, score: Parameters<typeof defineMetric>[0]['score']) {
  return defineMetric({
    name,
    summary: 'for a test',
    options: averageOptions,
    average: ({ average }) => average,
    measure: ({ and, or, sum }, { prediction, label }) => ({
      hits: sum(and('hits', prediction, label)),
      either: sum(or('either', prediction, label)),
      labelled: sum(label),
    }),
    score,
  });
}

type Made = ReturnType<typeof mixed>;

async function reportOf(plugin: Made, law: string, seed: number): Promise<LawReport> {
  const found = await lawsOf(plugin as Plugin<'metric'> as never);
  if (!('laws' in found)) throw new Error(found.untried);
  const [one] = found.laws.filter(({ name }) => name === law);
  return (one as (typeof found.laws)[number]).check({ runs: 200, seed });
}

const f2OfMixedSums = mixed('f2', ({ mean, ratio, scale, plus }, { hits, labelled, predicted }) =>
  mean(ratio(scale(5, hits as never), plus(scale(4, labelled as never), predicted as never))),
);
/** TP / (TP + 5·FP + 5·FN), where TP takes a curve and the rest does not. */
const tverskyOfMixedSums = mixed('tversky', ({ mean, ratio, scale, plus, minus }, sums) => {
  const { hits, labelled, predicted } = sums as Record<'hits' | 'labelled' | 'predicted', never>;
  const errors = plus(minus(predicted, hits), minus(labelled, hits));
  return mean(ratio(hits, plus(hits, scale(5, errors))));
});

/** TP / (TP + β·FN + α·FP), in sums that take curves. */
const tversky = (alpha: number, beta: number): Made =>
  curved('tversky', ({ mean, ratio, scale, plus, minus, clamp }, sums) => {
    const { hits, either, labelled } = sums as Record<'hits' | 'either' | 'labelled', never>;
    const errors = plus(scale(beta, minus(labelled, hits)), scale(alpha, minus(either, labelled)));
    return mean(clamp(ratio(hits, plus(hits, errors)), 0, 1));
  });

describe('a loss that leads away from the right answer', () => {
  test.each([
    ['F2', f2OfMixedSums],
    ['a Tversky index with α = β = 5', tverskyOfMixedSums],
  ])('%s with a curve on its hits alone', async (_, plugin) => {
    for (const seed of [1, 2, 3]) {
      const report = await reportOf(plugin, 'better-answer', seed);
      if (report.status !== 'broken') throw new Error(`it is ${report.status} under seed ${seed}`);
      const { message, drawing, remedy, numbers } = report.counterexample;
      expect(message).toMatch(/^the loss rises from -?[\d.e-]+ to -?[\d.e-]+ where the right class goes from /);
      expect(drawing).toContain('curve hits');
      expect(drawing).toMatch(/at row \d+, column \d+.*, probability goes from .* to class \d/);
      expect(remedy).toContain("claims: () => ({ leads: 'label' }),");
      expect(numbers).toMatchObject({ loss: expect.any(Array), probability: expect.any(Array) });
      expect((await reportOf(plugin, 'best-answer', seed)).status).toBe('broken');
    }
  });

  test('is not looked for where its author claims less', async () => {
    const denied = mixed('f2', ({ mean }, { hits }) => mean(hits as never), { leads: 'none' });
    for (const law of ['better-answer', 'best-answer']) {
      expect(await reportOf(denied, law, 1)).toMatchObject({ status: 'skipped', reason: 'not claimed' });
    }
  });
});

describe('a loss that leads to the right answer', () => {
  const indices = fc.sample(fc.tuple(fc.constantFrom(0, 0.2, 1, 5), fc.constantFrom(0.2, 0.5, 1, 5)), {
    seed: 1,
    numRuns: 6,
  });

  test.each(indices)('a Tversky index with α = %f, β = %f, all of whose sums take curves', async (alpha, beta) => {
    for (const law of ['better-answer', 'best-answer', 'relaxed-loops', 'plain-loops', 'slope', 'range']) {
      expect(await reportOf(tversky(alpha, beta), law, 1)).toMatchObject({ law, status: 'holds' });
    }
  });
});

describe('the claims of the metrics of this repository', () => {
  // Those that claim less are refuted where they claim more, so that no claim is given up without need.
  test.each([
    ['bf1', 'label', 'best-answer'],
    ['bf1', 'pixel', 'better-answer'],
    ['boundary-iou', 'pixel', 'better-answer'],
  ] as const)('%s could not claim to lead by %s', async (name, leads, law) => {
    const own = allMetrics({ tolerance: 2, background: true }).find((metric) => metric.name === name) as Metric;
    const bold: Metric = { ...own, claims: { ...(own.claims as MetricClaims), leads } };
    const plugin = { ...f2OfMixedSums, create: () => bold } as Made;
    expect((await reportOf(plugin, law, 1)).status).toBe('broken');
  });

  test('a searched loss is held to what its metric claims, under both constraints', () => {
    const laws = (name: string, skip?: string) => {
      const product = allMetrics({ tolerance: 2, background: true }).find((metric) => metric.name === name) as Metric;
      return answerLawsOf({ variant: { options: {}, product }, curves: [], absent: 'zero' }, skip);
    };
    expect(laws('miou').map(({ skipped }) => skipped)).toEqual([undefined, undefined]);
    expect(laws('boundary-iou').map(({ skipped }) => skipped)).toEqual(['boundary-iou does not claim it', undefined]);
    expect(laws('bf1').map(({ skipped }) => skipped)).toEqual(Array(2).fill('bf1 does not claim it'));
    expect(laws('miou', 'not here').map(({ skipped }) => skipped)).toEqual(Array(2).fill('not here'));
  });
});
