import 'reflect-metadata';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { contentKey, type Metric, type PluginUse, piecewiseCurve } from '@auto-seg-loss/kernel';
import { plugin as miou } from '@auto-seg-loss/metric-miou';
import { pluginContext } from '@auto-seg-loss/plugin-host';
import { TrialStore } from '@auto-seg-loss/study';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { comparedFiles } from '../src/commands/compare.ts';
import type { TrainedNetwork } from '../src/commands/training-jobs.ts';
import { TrainingResults } from '../src/commands/training-results.ts';
import { type DrawnTerm, drawnTerms } from '../src/view/drawn-terms.ts';
import { lookAtRun } from '../src/view/look-at-run.ts';
import { lossSurface } from '../src/view/loss-surface.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'asl-view-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const basis = { seed: 1, metrics: [{ name: 'miou', use: 'miou' }], environment: { engine: 'wasm' } };
const network = (loss: string, seed: number, value: number): TrainedNetwork => ({
  loss,
  seed,
  learningRate: 0.1,
  ms: 1000,
  status: 'complete',
  metrics: { miou: { value, perClass: [value, null] } },
  coverage: {
    images: 1,
    pixels: 9,
    ignored: 0,
    ignoredShare: 0,
    unusuallyIgnored: false,
    classes: ['sky', 'road'].map((name) => ({ name, present: 1, predicted: 1 })),
    absent: [],
  },
  lostClasses: [],
  losses: [1],
});

const pictures = [{ id: 'street', png: 'AAAA', height: 2, width: 3 }];

async function keep(loss: string, seed: number, value: number): Promise<void> {
  const kept = await TrainingResults.open(comparedFiles(folder), { basis }, { discard: () => {} });
  const identity = { basis: contentKey(basis), loss, seed, learningRate: 0.1, scoredOn: 'val' as const };
  await kept.keep(identity, network(loss, seed, value), kept.pictures(identity) === null ? [] : pictures);
}

describe('looking at a run', () => {
  test('a comparison that is not at its end shows the networks that are trained', async () => {
    await keep('dice', 1, 0.5);
    await keep('dice', 2, 0.7);
    await keep('focal', 1, 0.4);
    const view = await lookAtRun(folder);
    expect(view).toMatchObject({ kind: 'comparison', complete: false, metrics: ['miou'], classes: ['sky', 'road'] });
    const rows = view.kind === 'comparison' ? view.losses : [];
    expect(rows.map(({ loss, metrics }) => [loss, metrics.miou?.values, metrics.miou?.mean])).toEqual([
      ['dice', [0.5, 0.7], expect.closeTo(0.6)],
      ['focal', [0.4], 0.4],
    ]);
  });

  test('a comparison shows what a network of each loss made of images, in the order of its losses', async () => {
    await keep('focal', 1, 0.4);
    await keep('dice', 2, 0.7);
    await keep('dice', 1, 0.5);
    const view = await lookAtRun(folder);
    expect(view.kind === 'comparison' && view.examples).toEqual(
      (view.kind === 'comparison' ? view.losses : []).map(({ loss }) => ({ loss, seed: 1, pictures })),
    );
  });

  test.each([
    ['is cut off', '{"config": {'],
    ['is of another form', '{"config": {}, "classes": "sky", "coverage": null, "losses": []}'],
  ])('a comparison whose file %s is damaged', async (_, text) => {
    await writeFile(join(folder, 'compare.json'), text);
    await expect(lookAtRun(folder)).rejects.toThrow(
      expect.objectContaining({ code: 'ASL_STATE_CORRUPT', message: 'a comparison cannot be read' }),
    );
  });

  test('a run of a version with other config fields is named as that', async () => {
    TrialStore.create(folder, { config: { config: { metrics: 'miou' }, baseDir: '.' }, environment: {} }).close();
    await expect(lookAtRun(folder)).rejects.toThrow(expect.objectContaining({ code: 'ASL_RUN_CHANGED' }));
  });

  test('a folder that holds neither is no run', async () => {
    await expect(lookAtRun(folder)).rejects.toThrow(expect.objectContaining({ code: 'ASL_RUN_FOLDER' }));
  });
});

describe('the surface of a loss', () => {
  const straight = piecewiseCurve(
    [
      [0, 0],
      [0.5, 0.5],
      [1, 1],
    ],
    [{ x0: 0, y0: 0, x1: 0.5, y1: 0.5, x2: 1, y2: 1 }],
  );
  const plainMiou = async (): Promise<Metric> =>
    miou.create({ average: 'dataset', background: true }, { baseDir: '.', cacheDir: '.' });
  /** Of straight curves: 1 − mIoU of two classes, each on half of the image. */
  const ofMiou = (right: number, wrong: number): number => 1 - (right / (1 + wrong) + (1 - wrong) / (2 - right)) / 2;

  test('is what the formula gives for two classes on halves of an image', async () => {
    const metric = await plainMiou();
    const { probabilities, loss, crossEntropy } = lossSurface(
      [{ weight: 1, temperature: 1, absent: 'zero', metric, curves: [straight, straight] }],
      5,
    );
    expect(probabilities).toEqual([0.1, 0.3, 0.5, 0.7, 0.9]);
    for (const [row, wrong] of probabilities.entries()) {
      for (const [column, right] of probabilities.entries()) {
        expect(loss[row]?.[column]).toBeCloseTo(ofMiou(right, wrong), 6);
        expect(crossEntropy[row]?.[column]).toBeCloseTo(-(Math.log(right) + Math.log(1 - wrong)) / 2, 12);
      }
    }
  });

  test('is the sum of its terms, those with curves at their temperature', async () => {
    const context = pluginContext(process.cwd());
    const [entropy, ...none] =
      (await drawnTerms([{ weight: 0.3, loss: { use: 'cross-entropy' } }], 'a loss', context)) ?? [];
    expect(none).toEqual([]);
    const curves = { absent: 'zero' as const, metric: await plainMiou(), curves: [straight, straight] };
    const { probabilities, loss, crossEntropy } = lossSurface(
      [{ ...curves, weight: 2, temperature: 2 }, entropy as DrawnTerm],
      5,
    );
    const softer = (probability: number): number =>
      Math.sqrt(probability) / (Math.sqrt(probability) + Math.sqrt(1 - probability));
    for (const [row, wrong] of probabilities.entries()) {
      for (const [column, right] of probabilities.entries()) {
        const expected = 2 * ofMiou(softer(right), softer(wrong)) + 0.3 * (crossEntropy[row]?.[column] as number);
        expect(loss[row]?.[column]).toBeCloseTo(expected, 6);
      }
    }
  });

  test('is not drawn of a loss without a formula, nor of one for another number of classes', async () => {
    const context = pluginContext(process.cwd());
    const drawn = (use: PluginUse) => drawnTerms([{ weight: 1, loss: use }], 'a loss', context);
    expect(await drawn({ use: 'lovasz' })).toBeUndefined();
    expect(await drawn({ use: 'cross-entropy', classWeights: [1, 2, 3] })).toBeUndefined();
    expect(await drawn({ use: 'cross-entropy', classWeights: [1, 2] })).toHaveLength(1);
  });
});
