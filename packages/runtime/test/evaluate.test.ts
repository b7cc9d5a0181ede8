import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type EvaluateOptions, evaluate } from '@auto-seg-loss/runtime';
import { encode } from 'fast-png';
import { describe, expect, onTestFinished, test } from 'vitest';
import { failure } from './project.ts';

type Images = Readonly<Record<string, Uint8Array>>;

const png = (rows: readonly (readonly number[])[]): Uint8Array =>
  encode({
    width: rows[0]?.length ?? 0,
    height: rows.length,
    data: Uint8Array.from(rows.flat()),
    channels: 1,
    depth: 8,
  });

async function options(
  predictions: Images,
  labels: Images,
  change: Partial<EvaluateOptions> = {},
): Promise<EvaluateOptions> {
  const folder = await mkdtemp(join(tmpdir(), 'asl-evaluate-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  for (const [part, images] of Object.entries({ predictions, labels })) {
    await mkdir(join(folder, part));
    for (const [name, bytes] of Object.entries(images)) await writeFile(join(folder, part, name), bytes);
  }
  const context = { baseDir: folder, cacheDir: folder };
  return {
    metrics: ['miou'],
    predictions: join(folder, 'predictions'),
    labels: join(folder, 'labels'),
    classes: 3,
    ignore: [255],
    context,
    ...change,
  };
}

const one = png([[0, 0, 1, 1]]);

describe('evaluate', () => {
  test('adds over images; ignored pixels and absent classes do not count', async () => {
    const predictions = { 'a.png': png([[0, 0, 1, 1]]), 'b.png': png([[1], [0]]) };
    const labels = { 'a.png': png([[0, 1, 1, 255]]), 'b.png': png([[1], [1]]) };
    const result = await evaluate(await options(predictions, labels, { metrics: ['miou', 'macc'] }));
    expect(result).toEqual({
      images: 2,
      classes: ['class 0', 'class 1', 'class 2'],
      notes: [],
      metrics: {
        // Class 0: 1 of 3. Class 1: 2 of 4. Class 2 is nowhere.
        miou: { value: (1 / 3 + 2 / 4) / 2, perClass: [1 / 3, 2 / 4, null] },
        macc: { value: (1 / 1 + 2 / 4) / 2, perClass: [1, 2 / 4, null] },
      },
      coverage: {
        images: 2,
        pixels: 5,
        ignored: 1,
        ignoredShare: 1 / 6,
        unusuallyIgnored: false,
        classes: [
          { name: 'class 0', present: 1, predicted: 3 },
          { name: 'class 1', present: 4, predicted: 2 },
          { name: 'class 2', present: 0, predicted: 0 },
        ],
        absent: ['class 2'],
      },
      warnings: [],
      unused: [],
    });
  });

  test('all pixels ignored: every metric is absent', async () => {
    const result = await evaluate(await options({ 'a.png': one }, { 'a.png': png([[255, 255, 255, 255]]) }));
    expect(result.metrics.miou).toEqual({ value: null, perClass: [null, null, null] });
  });

  test('flags reach the metrics that have them', async () => {
    const images = {
      'a.png': png([
        [0, 0, 1],
        [0, 1, 1],
        [1, 1, 1],
      ]),
    };
    const labels = {
      'a.png': png([
        [0, 0, 0],
        [0, 0, 1],
        [1, 1, 1],
      ]),
    };
    const scores = async (change: Partial<EvaluateOptions>) =>
      (await evaluate(await options(images, labels, change))).metrics;
    const metrics = ['bf1', 'boundary-iou', 'miou', 'fwiou', 'macc', 'gacc', 'dice'];
    const kept = await scores({ metrics, tolerance: 1 });
    const dropped = await scores({ metrics, tolerance: 1, dropBackground: true });
    for (const name of metrics) {
      expect(kept[name]?.perClass[0], name).not.toBeNull();
      expect(dropped[name]?.perClass, name).toEqual([null, ...(kept[name]?.perClass.slice(1) ?? [])]);
    }
    // Of class 1, 4 of 6 pixels are right; class 2 is nowhere.
    expect(dropped.miou?.value).toBe(4 / 6);
    // All 4 labelled pixels of class 1 are found, whatever is predicted at those of class 0.
    expect([dropped.fwiou?.value, dropped.gacc?.value, dropped.macc?.value]).toEqual([4 / 6, 1, 1]);
    expect(kept.gacc?.value).toBe(7 / 9);
  });

  const colour = encode({ width: 2, height: 1, data: Uint8Array.of(1, 2, 3, 0, 0, 9), channels: 3, depth: 8 });
  const wide = encode({ width: 2, height: 1, data: Uint16Array.of(0, 300), channels: 1, depth: 16 });
  test.each<[string, Images, Images, string, RegExp]>([
    [
      'a label without prediction',
      { 'a.png': one },
      { 'a.png': one, 'b.png': one },
      'ASL_DATA_MISSING',
      /predictions.*b\.png/,
    ],
    [
      'a prediction without label',
      { 'a.png': one, 'b.png': one },
      { 'a.png': one },
      'ASL_DATA_MISSING',
      /labels.*b\.png/,
    ],
    ['no labels at all', {}, {}, 'ASL_DATA_MISSING', /--labels/],
    ['another size', { 'a.png': one }, { 'a.png': png([[0], [1]]) }, 'ASL_DATA_INVALID', /1 × 2 pixels[\s\S]*4 × 1/],
    ['a truncated file', { 'a.png': one.subarray(0, 40) }, { 'a.png': one }, 'ASL_DATA_INVALID', /predictions.a\.png/],
    ['no PNG', { 'a.png': Buffer.from('text') }, { 'a.png': one }, 'ASL_DATA_INVALID', /predictions.a\.png/],
    ['colours', { 'a.png': one }, { 'a.png': colour }, 'ASL_DATA_INVALID', /holds colours[\s\S]*labels.a\.png/],
    ['16 bits', { 'a.png': one }, { 'a.png': wide }, 'ASL_DATA_INVALID', /labels.a\.png[\s\S]*300 at 1 of 2 pixels/],
    [
      'a predicted value that is no class',
      { 'a.png': png([[0, 7]]) },
      { 'a.png': png([[0, 0]]) },
      'ASL_DATA_INVALID',
      /0 to 2[\s\S]*7 at 1 of 2[\s\S]*row 0, column 1/,
    ],
  ])('%s', async (_name, predictions, labels, code, message) => {
    const error = await failure(evaluate(await options(predictions, labels)));
    expect(error.code).toBe(code);
    expect(error.format()).toMatch(message);
  });

  test('a folder that is not there, an unknown metric, no classes', async () => {
    expect((await failure(evaluate(await options({}, {}, { labels: '/nowhere' })))).format()).toContain('--labels');
    const unknown = await failure(evaluate(await options({ 'a.png': one }, { 'a.png': one }, { metrics: ['miuo'] })));
    expect(unknown.details.remedy).toBe('Did you mean "miou"?');
    expect((await failure(evaluate(await options({ 'a.png': one }, { 'a.png': one }, { classes: 0 })))).code).toBe(
      'ASL_ARGUMENT_INVALID',
    );
  });
});
