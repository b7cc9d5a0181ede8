import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Random } from '@auto-seg-loss/kernel';
import { type EvaluateOptions, evaluate } from '@auto-seg-loss/runtime';
import { parse } from 'csv-parse/sync';
import { encode } from 'fast-png';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { failure, makeProject, pluginSource } from './project.ts';

// What `evaluate` writes and says beside the values, and that threads change nothing.

const CLASSES = 4;
const METRICS = ['miou', 'bf1'];

interface Pair {
  readonly label: Uint8Array;
  readonly prediction: Uint8Array;
}

let folder: string;
let pairs: Readonly<Record<string, Pair>>;
const at = (...names: readonly string[]) => join(folder, ...names);
const png = (data: Uint8Array, width: number) =>
  encode({ width, height: data.length / width, data, channels: 1, depth: 8 });

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'asl-evaluation-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  await mkdir(at('predictions'));
  await mkdir(at('labels'));
  const random = Random.fromSeed('evaluation');
  // The last class is nowhere; names are as people have them.
  const names = [
    'plain',
    'with, comma',
    'with "quotes"',
    '=SUM(A1)',
    'ümläut',
    ...Array.from({ length: 8 }, (_, i) => String(i)),
  ];
  pairs = Object.fromEntries(
    names.map((name) => {
      const label = Uint8Array.from({ length: 48 }, () => (random.uniform() < 0.1 ? 255 : random.integer(0, 2)));
      const prediction = label.map((value) => (value < 255 && random.uniform() < 0.7 ? value : random.integer(0, 2)));
      return [name, { label, prediction }];
    }),
  );
  for (const [name, { label, prediction }] of Object.entries(pairs)) {
    await writeFile(at('labels', `${name}.png`), png(label, 8));
    await writeFile(at('predictions', `${name}.png`), png(prediction, 8));
  }
});

const options = (change: Partial<EvaluateOptions> = {}): EvaluateOptions => ({
  metrics: METRICS,
  predictions: at('predictions'),
  labels: at('labels'),
  classes: CLASSES,
  ignore: [255],
  tolerance: 0,
  workers: 1,
  context: { baseDir: folder, cacheDir: folder },
  ...change,
});
const rowsOf = async (file: string) => parse(await readFile(file), { columns: true }) as Record<string, string>[];

describe('threads', () => {
  test('give what one thread gives, to the last bit, in the order of the images', async () => {
    const all: Partial<EvaluateOptions> = { average: 'image', bootstrap: 50, precisionRecall: true, confusion: true };
    const counts: number[] = [];
    const onImage = (done: number, total: number) => counts.push(done / total);
    const alone = await evaluate(options({ ...all, workers: 1, csv: at('1.csv'), onImage }));
    expect(counts).toEqual(Object.keys(pairs).map((_, index) => (index + 1) / 13));
    for (const workers of [2, 3]) {
      const csv = at(`${workers}.csv`);
      expect(await evaluate(options({ ...all, workers, csv }))).toEqual(alone);
      expect(await readFile(csv, 'utf8')).toBe(await readFile(at('1.csv'), 'utf8'));
    }
  });

  test('name the first file that is wrong, whichever of them meets one first', async () => {
    for (const name of ['1', '3', 'plain']) await writeFile(at('predictions', `${name}.png`), 'no picture');
    for (const workers of [1, 2, 4]) {
      const error = await failure(evaluate(options({ workers })));
      expect([error.code, error.details.where]).toEqual(['ASL_DATA_INVALID', at('predictions', '1.png')]);
      expect(error.details.remedy).toBeDefined();
    }
  });

  test('make metrics of modules for themselves, with their options', async () => {
    // Worth what its option says.
    const create = `({ worth }) => ({
      name: 'own',
      measure: ({ sum }, { label }) => ({ label: sum(label) }),
      score: ({ mean, ratio, scale }, { label }) => mean(scale(worth, ratio(label, label))),
    })`;
    const baseDir = await makeProject({
      'own.mjs': pluginSource('metric', 'own', 'z.strictObject({ worth: z.number() })', create),
    });
    const context = { baseDir, cacheDir: baseDir };
    for (const set of ['own.worth=0.5', './own.mjs.worth=0.5']) {
      const { metrics } = await evaluate(options({ metrics: ['./own.mjs'], set: [set], workers: 2, context }));
      expect(metrics.own?.value).toBe(0.5);
    }
  });
});

describe('values by image and class', () => {
  test('are those of each image alone, in rows that any name can stand in', async () => {
    await evaluate(options({ csv: at('new', 'values.csv') }));
    const rows = await rowsOf(at('new', 'values.csv'));
    expect(rows).toHaveLength(Object.keys(pairs).length * METRICS.length * (1 + CLASSES));
    for (const [name, { label, prediction }] of Object.entries(pairs)) {
      await rm(at('one'), { recursive: true, force: true });
      for (const [part, map] of Object.entries({ labels: label, predictions: prediction })) {
        await mkdir(at('one', part), { recursive: true });
        await writeFile(at('one', part, 'image.png'), png(map, 8));
      }
      const one = await evaluate(options({ labels: at('one', 'labels'), predictions: at('one', 'predictions') }));
      const expected = METRICS.flatMap((metric) => {
        const { value = null, perClass = [] } = one.metrics[metric] ?? {};
        const cell = (each: number | null) => (each === null ? '' : String(each));
        return [
          { image: name, metric, class: 'all', value: cell(value) },
          ...perClass.map((each, c) => ({ image: name, metric, class: `class ${c}`, value: cell(each) })),
        ];
      });
      expect(rows.filter(({ image }) => image === name)).toEqual(expected);
    }
  });

  test('replace a file of before, and leave nothing else behind', async () => {
    await writeFile(at('values.csv'), 'of before');
    await evaluate(options({ csv: at('values.csv') }));
    expect((await rowsOf(at('values.csv')))[0]).toMatchObject({ metric: 'miou', class: 'all' });
    expect((await readdir(folder)).sort()).toEqual(['labels', 'predictions', 'values.csv']);
  });
});

describe('outputs', () => {
  test.each<[string, () => Partial<EvaluateOptions>, RegExp]>([
    ['a label', () => ({ csv: at('labels', 'plain.png') }), /--csv[\s\S]*an input/],
    ['a prediction', () => ({ confusion: at('predictions', '0.png') }), /--confusion[\s\S]*an input/],
    ['a folder', () => ({ csv: at('labels') }), /a folder/],
    ['the current folder', () => ({ csv: '' }), /a folder/],
    ['each other', () => ({ csv: at('a.csv'), confusion: at('labels', '..', 'a.csv') }), /what --csv names/],
  ])('do not replace %s', async (_, change, message) => {
    const before = await readFile(at('labels', 'plain.png'));
    const done: number[] = [];
    const error = await failure(evaluate(options({ ...change(), onImage: (count) => done.push(count) })));
    expect(error.code).toBe('ASL_ARGUMENT_INVALID');
    expect(error.format()).toMatch(message);
    expect(done).toEqual([]);
    expect(await readFile(at('labels', 'plain.png'))).toEqual(before);
  });

  test('do not replace what a link leads to, either', async () => {
    await symlink(at('labels', 'plain.png'), at('link.csv'));
    expect((await failure(evaluate(options({ csv: at('link.csv') })))).format()).toMatch(/an input/);
  });
});

describe('the confusion matrix', () => {
  test('counts pixels by label and prediction', async () => {
    const matrix = Array.from({ length: CLASSES }, () => new Array<number>(CLASSES).fill(0));
    for (const { label, prediction } of Object.values(pairs)) {
      label.forEach((l, i) => {
        const row = matrix[l];
        const p = prediction[i] as number;
        if (row !== undefined) row[p] = (row[p] as number) + 1;
      });
    }
    const { confusion } = await evaluate(options({ confusion: at('confusion.csv') }));
    expect(confusion).toEqual(matrix);
    const rows = parse(await readFile(at('confusion.csv'))) as string[][];
    const names = ['class 0', 'class 1', 'class 2', 'class 3'];
    expect(rows).toEqual([['label', ...names], ...matrix.map((row, c) => [names[c], ...row.map(String)])]);
  });

  test('is there where it is asked for', async () => {
    expect((await evaluate(options({ confusion: true }))).confusion).toHaveLength(CLASSES);
    expect(await evaluate(options())).not.toHaveProperty('confusion');
  });

  test('gives precision and recall', async () => {
    const { confusion = [], metrics } = await evaluate(options({ precisionRecall: true, confusion: true }));
    const sum = (numbers: readonly number[]) => numbers.reduce((total, each) => total + each, 0);
    const share = (part: number, whole: number) => (whole === 0 ? null : part / whole);
    const diagonal = confusion.map((row, c) => row[c] as number);
    const labelled = confusion.map(sum);
    const predicted = confusion.map((_, c) => sum(confusion.map((row) => row[c] as number)));
    expect(metrics.precision?.perClass).toEqual(diagonal.map((hits, c) => share(hits, predicted[c] as number)));
    expect(metrics.recall?.perClass).toEqual(diagonal.map((hits, c) => share(hits, labelled[c] as number)));
    expect(Object.keys(metrics)).toEqual([...METRICS, 'precision', 'recall']);
    const named = await evaluate(options({ metrics: ['recall', 'miou'], precisionRecall: true }));
    expect(Object.keys(named.metrics)).toEqual(['recall', 'miou', 'precision']);
    const dropped = await evaluate(options({ precisionRecall: true, dropBackground: true, average: 'image' }));
    const { 'precision-image': precision, 'macc-image': macc } = {
      ...dropped.metrics,
      ...(await evaluate(options({ metrics: ['macc'], dropBackground: true, average: 'image' }))).metrics,
    };
    expect(precision?.perClass[0]).toBeNull();
    expect(dropped.metrics['recall-image']).toEqual(macc);
  });
});

describe('intervals', () => {
  test('stand beside each value, come from the seed, and are left out on request', async () => {
    const first = await evaluate(options({ bootstrap: 200 }));
    for (const { value, interval, perClassIntervals } of Object.values(first.metrics)) {
      const [low, high] = interval ?? [1, 0];
      expect(low).toBeLessThan(value ?? 0);
      expect(high).toBeGreaterThan(value ?? 1);
      expect(perClassIntervals?.map((each) => each === null)).toEqual([false, false, false, true]);
    }
    expect(await evaluate(options({ bootstrap: 200, seed: 1 }))).toEqual(first);
    expect(await evaluate(options({ bootstrap: 200, seed: 2 }))).not.toEqual(first);
    const { value, perClass } = first.metrics.miou ?? {};
    expect((await evaluate(options())).metrics.miou).toEqual({ value, perClass });
  });
});

describe('options of single metrics', () => {
  const valuesOf = async (change: Partial<EvaluateOptions>) => (await evaluate(options(change))).metrics;

  test('are those of the plugin, over the flags', async () => {
    const metrics = ['bf1', 'biou', 'boundary-iou'];
    const set = ['bf1.tolerance=0', 'boundary-iou.distance=1', 'biou.average=image'];
    const values = await valuesOf({ metrics, tolerance: 2, set });
    expect(values.bf1).toEqual((await valuesOf({ metrics: ['bf1'], tolerance: 0 })).bf1);
    expect(values['biou-image']).toEqual(
      (await valuesOf({ metrics: ['biou'], tolerance: 2, average: 'image' }))['biou-image'],
    );
    expect(await valuesOf({ metrics, set: ['boundary-iou.distance.diagonal=0.5'] })).toEqual(
      await valuesOf({ metrics, set: ['boundary-iou.distance={"diagonal": 0.5}'] }),
    );
  });

  test('that are wrong are named all at once, with what was probably meant', async () => {
    const set = ['bf2.tolerance=1', 'bf1.tolerence=1', 'miou.average=images', 'miou', 'miou=1'];
    const error = await failure(evaluate(options({ set })));
    expect(error.code).toBe('ASL_OPTIONS_INVALID');
    expect(error.details.problems?.map(({ where, remedy }) => [where, remedy])).toEqual([
      ['--set bf2.tolerance=1', 'Did you mean "bf1"?'],
      ['--set miou', undefined],
      ['--set miou=1', undefined],
      ['miou.average', undefined],
      ['bf1.tolerence', 'Did you mean "tolerance"?'],
    ]);
  });

  test('are checked beside a metric that is not there, whose options nobody can know', async () => {
    const change = { metrics: ['bf1', 'mioo'], set: ['mioo.average=image', 'bf1.tolerance=-1'] };
    const error = await failure(evaluate(options(change)));
    expect(error.details.problems?.map(({ where }) => where)).toEqual([
      'metric "mioo" (--metrics) was not found',
      'bf1.tolerance',
    ]);
  });
});

describe('volumes', () => {
  const header = (shape: readonly number[]) => {
    const text = `{'descr': '|u1', 'fortran_order': False, 'shape': (${shape.join(', ')}), }`;
    return Buffer.concat([Buffer.from('\x93NUMPY\x01\x00v\x00', 'latin1'), Buffer.from(`${text.padEnd(117)}\n`)]);
  };

  beforeEach(async () => {
    for (const part of ['labels', 'predictions']) {
      await mkdir(at('volumes', part), { recursive: true });
      const voxels = Uint8Array.from({ length: 3 * 4 * 5 }, (_, i) => (part === 'labels' ? i % 3 : i % 2));
      await writeFile(at('volumes', part, 'case.npy'), Buffer.concat([header([3, 4, 5]), voxels]));
    }
  });
  const volumes = (metrics: readonly string[]) =>
    options({ metrics, labels: at('volumes', 'labels'), predictions: at('volumes', 'predictions') });

  test('have all their voxels counted by metrics of regions', async () => {
    const { metrics, coverage } = await evaluate(volumes(['gacc', 'dice']));
    // Label and prediction agree where i mod 6 is 0 or 1.
    expect(metrics.gacc?.value).toBeCloseTo(1 / 3, 12);
    expect(coverage).toMatchObject({ images: 1, pixels: 60 });
  });

  test('are refused by metrics of outlines, with the file and what to do', async () => {
    const error = await failure(evaluate(volumes(['miou', 'bf1', 'biou'])));
    expect(error.code).toBe('ASL_ARGUMENT_INVALID');
    expect(error.details).toEqual({
      where: at('volumes', 'labels', 'case.npy'),
      expected: 'one slice, for bf1, biou',
      received: '3 slices',
      remedy: expect.stringContaining('leave bf1, biou out of --metrics'),
    });
  });
});

test('that many pixels are ignored is said', async () => {
  expect((await evaluate(options())).warnings).toEqual([]);
  for (const [name, { label }] of Object.entries(pairs)) {
    await writeFile(
      at('labels', `${name}.png`),
      png(
        label.map((value) => (value === 0 ? 255 : value)),
        8,
      ),
    );
  }
  const ignored = await evaluate(options());
  expect(ignored.coverage.unusuallyIgnored).toBe(true);
  expect(ignored.warnings).toEqual([expect.stringMatching(/^\d+\.\d % of the pixels are ignored/)]);
});
