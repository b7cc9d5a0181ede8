import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Random } from '@auto-seg-loss/kernel';
import { encode } from 'fast-png';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runAsl } from './run-asl.ts';

const CLASSES = 5;
const IGNORED = 255;

interface Pair {
  readonly height: number;
  readonly width: number;
  readonly prediction: Uint8Array;
  readonly label: Uint8Array;
}

let folder: string;
let pairs: readonly Pair[];
const at = (...names: readonly string[]) => join(folder, ...names);
const png = (width: number, height: number, data: Uint8Array) => encode({ width, height, data, channels: 1, depth: 8 });
const args = (...more: readonly string[]) => {
  const folders = ['--predictions', at('predictions'), '--labels', at('labels')];
  return [
    'evaluate',
    ...folders,
    '--classes',
    String(CLASSES),
    '--ignore',
    String(IGNORED),
    '--metrics',
    'miou',
    ...more,
  ];
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'asl-evaluate-'));
  await mkdir(at('predictions'));
  await mkdir(at('labels'));
  const random = Random.fromSeed('evaluate');
  // Class 4 appears nowhere; class 3 is predicted and never right.
  pairs = [
    [7, 9],
    [1, 1],
    [16, 5],
  ].map(([height = 1, width = 1]) => {
    const label = Uint8Array.from({ length: height * width }, () =>
      random.uniform() < 0.2 ? IGNORED : random.integer(0, 2),
    );
    const prediction = label.map((value) =>
      value !== IGNORED && random.uniform() < 0.6 ? value : random.integer(0, 3),
    );
    return { height, width, label, prediction };
  });
  for (const [index, { height, width, label, prediction }] of pairs.entries()) {
    await writeFile(at('labels', `${index}.png`), png(width, height, label));
    await writeFile(at('predictions', `${index}.png`), png(width, height, prediction));
  }
});
afterAll(() => rm(folder, { recursive: true }));

/** Intersection over union, counted pixel by pixel. */
function plainMiou(of: readonly Pair[] = pairs): {
  readonly value: number;
  readonly perClass: readonly (number | null)[];
} {
  const intersection = new Array<number>(CLASSES).fill(0);
  const union = new Array<number>(CLASSES).fill(0);
  for (const { label, prediction } of of) {
    for (let pixel = 0; pixel < label.length; pixel++) {
      if (label[pixel] === IGNORED) continue;
      for (let c = 0; c < CLASSES; c++) {
        const [said, is] = [prediction[pixel] === c, label[pixel] === c];
        if (said && is) intersection[c] = (intersection[c] ?? 0) + 1;
        if (said || is) union[c] = (union[c] ?? 0) + 1;
      }
    }
  }
  const perClass = union.map((count, c) => (count === 0 ? null : (intersection[c] ?? 0) / count));
  const present = perClass.filter((value) => value !== null);
  return { value: present.reduce((sum, value) => sum + value, 0) / present.length, perClass };
}

describe('asl evaluate', () => {
  test('--json gives the value of a plain count, absent classes as null', async () => {
    const { code, stdout, stderr } = await runAsl(args('--json'));
    expect([code, stderr]).toEqual([0, '']);
    const expected = plainMiou();
    expect(expected.perClass[3]).toBe(0);
    expect(expected.perClass[4]).toBeNull();
    const { metrics } = JSON.parse(stdout);
    expect(Object.keys(metrics)).toEqual(['miou']);
    expect(metrics.miou.value).toBeCloseTo(expected.value, 12);
    expect(metrics.miou.perClass).toEqual(
      expected.perClass.map((value) => (value === null ? null : expect.closeTo(value, 12))),
    );
  });

  test('without --json it prints a table in percent', async () => {
    const { code, stdout } = await runAsl(args());
    expect(code).toBe(0);
    expect(stdout).toContain(`all      ${(100 * plainMiou().value).toFixed(2).padStart(6)}`);
    expect(stdout).toMatch(/^class 4 +absent$/m);
    expect(stdout).toContain('3 images');
  });

  test('--average image takes the mean over images, of the classes that each label has', async () => {
    const { code, stdout } = await runAsl(args('--average', 'image', '--json'));
    expect(code).toBe(0);
    const ofImages = pairs.flatMap((pair) => {
      const values = plainMiou([pair]).perClass.filter((_, c) => pair.label.includes(c)) as number[];
      return values.length === 0 ? [] : [values.reduce((sum, value) => sum + value, 0) / values.length];
    });
    const { metrics } = JSON.parse(stdout);
    const mean = ofImages.reduce((sum, value) => sum + value, 0) / ofImages.length;
    expect(metrics['miou-image'].value).toBeCloseTo(mean, 12);
  });

  test('values stand on images, pixels and classes, and between the ends of an interval', async () => {
    const { code, stdout } = await runAsl(args());
    expect(code).toBe(0);
    const valid = pairs.flatMap(({ label }) => [...label]).filter((value) => value !== IGNORED).length;
    const total = pairs.flatMap(({ label }) => [...label]).length;
    expect(stdout).toMatch(/^ {2}from +\d+\.\d\d\n {2}to +\d+\.\d\d$/m);
    expect(stdout).toContain('from, to: 95 % interval over 1000 draws of images');
    expect(stdout).toContain('the intervals are rough: 3 images, fewer than 50');
    expect(stdout).toMatch(new RegExp(`^pixels +${valid} counted, ${total - valid} ignored`, 'm'));
    expect(stdout).toMatch(/^classes +3 of 5 in the labels, 4 predicted$/m);
    expect(stdout).toMatch(/^only predicted +class 3\nin neither +class 4$/m);
    const { stdout: without } = await runAsl(args('--bootstrap', '0'));
    expect(without).not.toMatch(/from|rough/);
  });

  test('--json has all of it, and what was asked for beside', async () => {
    const more = ['--precision-recall', '--confusion', '--seed', '3', '--csv', at('out', 'values.csv')];
    const { code, stdout, stderr } = await runAsl(args('--json', ...more));
    expect([code, stderr]).toEqual([0, '']);
    const { images, metrics, coverage, confusion, warnings } = JSON.parse(stdout);
    expect(images).toBe(3);
    expect(Object.keys(metrics)).toEqual(['miou', 'precision', 'recall']);
    expect(metrics.miou.interval).toHaveLength(2);
    expect(metrics.miou.perClassIntervals).toHaveLength(CLASSES);
    expect(metrics.miou.perClassIntervals[4]).toBeNull();
    expect(coverage).toMatchObject({ images: 3, absent: ['class 4'] });
    expect(confusion).toHaveLength(CLASSES);
    expect(warnings).toEqual(['the intervals are rough: 3 images, fewer than 50']);
    const csv = await readFile(at('out', 'values.csv'), 'utf8');
    expect(csv.split('\n').slice(0, 2)).toEqual(['image,metric,class,value', expect.stringMatching(/^0,miou,all,0\./)]);
  });

  test('prints the confusion matrix, or writes it where it is told to', async () => {
    const { stdout } = await runAsl(args('--confusion'));
    expect(stdout).toMatch(/^label, predicted as +class 0 .* class 4$/m);
    const written = await runAsl(args('--confusion', at('confusion.csv')));
    expect(written.stdout).not.toContain('predicted as');
    const csv = (await readFile(at('confusion.csv'), 'utf8')).trim().split('\n');
    expect(csv).toHaveLength(1 + CLASSES);
    expect(csv[0]).toBe('label,class 0,class 1,class 2,class 3,class 4');
  });

  test('--set reaches one metric, and names what it does not know', async () => {
    const two = ['--metrics', 'miou,bf1', '--json'];
    const { metrics } = JSON.parse((await runAsl(args(...two, '--set', 'bf1.tolerance=0', '--workers', '2'))).stdout);
    const { metrics: flagged } = JSON.parse((await runAsl(args(...two, '--tolerance', '0'))).stdout);
    expect(metrics).toEqual(flagged);
    const { code, stderr } = await runAsl(args('--set', 'miou.averge=image', '--set', 'miuo.average=image'));
    expect(code).toBe(2);
    expect(stderr).toMatch(/miou\.averge: [\s\S]*Did you mean "average"\?/);
    expect(stderr).toMatch(/--set miuo\.average=image: [\s\S]*Did you mean "miou"\?/);
  });

  test('warns where more is ignored than outlines', async () => {
    const folder = await mkdtemp(at('labels-'));
    for (const [index, { height, width, label }] of pairs.entries()) {
      await writeFile(
        join(folder, `${index}.png`),
        png(
          width,
          height,
          label.map((value) => (value === 0 ? 255 : value)),
        ),
      );
    }
    for (const json of [[], ['--json']]) {
      const { code, stderr } = await runAsl(args('--labels', folder, ...json));
      expect(code).toBe(0);
      expect(stderr).toMatch(/^Warning: \d+\.\d % of the pixels are ignored/);
    }
  });

  test('says that a flag has no effect', async () => {
    const { code, stderr } = await runAsl(args('--tolerance', '2'));
    expect(code).toBe(0);
    expect(stderr).toBe('--tolerance has no effect: miou has no such option.\n');
  });

  test.each([
    ['an unknown metric', ['--metrics', 'mioo'], 'ASL_PLUGIN_NOT_FOUND', /Did you mean "miou"\?/],
    ['a missing folder', ['--labels', 'nowhere'], 'ASL_DATA_MISSING', /nowhere[\s\S]*nothing there/],
    ['a prediction beyond the classes', ['--classes', '2'], 'ASL_DATA_INVALID', /(predictions|labels).*\.png/],
  ])('%s: one message, exit code 2', async (_, more, error, message) => {
    const { code, stdout, stderr } = await runAsl(args(...more), { cwd: folder });
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(new RegExp(`^${error}: `));
    expect(stderr).toMatch(message);
  });

  describe('with a file that is wrong', () => {
    const labels = () => at('labels');
    const predictions = async (content: Uint8Array): Promise<string> => {
      const path = await mkdtemp(at('predictions-'));
      for (const [index, { height, width, prediction }] of pairs.entries()) {
        await writeFile(join(path, `${index}.png`), index === 1 ? content : png(width, height, prediction));
      }
      return path;
    };
    const rgb = encode({ width: 1, height: 1, data: Uint8Array.of(1, 2, 3), channels: 3, depth: 8 });

    test.each([
      ['truncated', () => png(9, 9, new Uint8Array(81)).subarray(0, 50), /decoded/],
      ['of another size', () => png(2, 1, new Uint8Array(2)), /1 × 1 pixels/],
      ['in colour', () => rgb, /holds colours/],
      ['no picture', () => new TextEncoder().encode('hello'), /no picture or array that is known/],
    ])('%s: names it', async (_, content, message) => {
      const path = await predictions(content());
      const { code, stderr } = await runAsl(args('--predictions', path, '--labels', labels()));
      expect(code).toBe(2);
      expect(stderr).toMatch(/^ASL_DATA_INVALID: /);
      expect(stderr).toContain(join(path, '1.png'));
      expect(stderr).toMatch(message);
    });
  });
});
