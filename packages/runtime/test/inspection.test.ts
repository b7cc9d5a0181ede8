import { IGNORE_LABEL, type Sample } from '@auto-seg-loss/kernel';
import { SplitInspector } from '@auto-seg-loss/training';
import { test } from '@fast-check/vitest';
import * as fc from 'fast-check';
import { describe, expect } from 'vitest';
import { dataWarnings } from '../src/inspection/data-warnings.ts';
import { rejectUnlearnable } from '../src/inspection/reject-unlearnable.ts';

const CLASSES = ['sky', 'road', 'car'];
const SIZE = 8;

/** An image of its own, whose label has these values in turn. */
function sample(id: string, values: readonly number[], change: Partial<Sample> = {}): Sample {
  return {
    id,
    height: SIZE,
    width: SIZE,
    image: Uint8Array.from({ length: 3 * SIZE * SIZE }, (_, i) => (i * i * (id.charCodeAt(0) + 1)) % 251),
    label: Uint8Array.from({ length: SIZE * SIZE }, (_, i) => values[i % values.length] ?? 0),
    ...change,
  };
}

function inspect(samples: readonly Sample[], classes: readonly string[] = CLASSES) {
  const inspector = new SplitInspector(classes.length);
  for (const [index, one] of samples.entries()) inspector.add(one, index);
  return inspector;
}

/** What is said of samples, of which the first half is trained on. */
function warningsOf(...samples: readonly Sample[]): readonly string[] {
  return warningsIn(CLASSES, { use: 'folder' }, samples);
}

function warningsIn(classes: readonly string[], dataset: unknown, samples: readonly Sample[]): readonly string[] {
  const inspector = inspect(samples, classes);
  const half = Math.ceil(samples.length / 2);
  const indices = [...samples.keys()];
  return dataWarnings({ classes, ids: samples.map(({ id }) => id), dataset }, inspector.result(), [
    { train: inspector.pixelsOf(indices.slice(0, half)), reward: inspector.pixelsOf(indices.slice(half)) },
  ]);
}

const all = [0, 1, 2];

describe('warnings of the data', () => {
  test('are none where all is well', () => {
    expect(
      warningsOf(sample('a', all), sample('b', all), sample('c', all), sample('d', [...all, ...all, IGNORE_LABEL])),
    ).toEqual([]);
  });

  test('a class without a pixel', () => {
    const said = ['no pixel of "car" is in the training split: no network can learn it'];
    expect(warningsOf(sample('a', [0, 1]), sample('b', [0, 1]))).toEqual(said);
    // Ignored pixels are none of a mask's foreground where there are more classes than two.
    expect(warningsOf(sample('a', [0, 1, 0, 1, 0, 1, IGNORE_LABEL]), sample('b', [0, 1]))).toEqual(said);
  });

  test.each([
    [{}, true],
    [{ labels: { ignore: 255 } }, true],
    [{ ignoreLabel: [254, 255] }, true],
    [{ labels: { map: 'voc' } }, true],
    [{ labels: { ignore: 11 } }, false],
    [{ ignoreLabel: 2 }, false],
    [{ labels: { map: 'binary', ignore: 255 } }, false],
  ])('a class of two without a pixel, where %j reads the labels: whether masks may be why', (options, isSaid) => {
    const values = [0, 0, 0, 0, 0, 0, 0, IGNORE_LABEL];
    const [first] = warningsIn(['background', 'cell'], { use: 'folder', ...options }, [sample('a', values)]);
    expect(first).toMatch(/^no pixel of "cell" is in the training split: no network can learn it/);
    expect(/255 is the foreground .* dataset\.labels\.map: binary$/.test(first ?? '')).toBe(isSaid);
  });

  test('a class on one side of the division', () => {
    const [unrewarded, untrained] = warningsOf(sample('a', all), sample('b', [0, 1]));
    expect(unrewarded).toMatch(/^no pixel of "car" is in the images held out for the reward/);
    expect(untrained).toBeUndefined();
    expect(warningsOf(sample('a', [0, 1]), sample('b', all))).toEqual([
      expect.stringMatching(
        /^all pixels of "car" are in the images held out for the reward, so that no proxy can learn it/,
      ),
    ]);
  });

  test('a class that is not in every fold', () => {
    const samples = [sample('a', all), sample('b', [0, 1]), sample('c', [0])];
    const inspector = inspect(samples);
    const folds = [...samples.keys()].map((fold) => ({
      train: inspector.pixelsOf([...samples.keys()].filter((index) => index !== fold)),
      reward: inspector.pixelsOf([fold]),
    }));
    const of = { classes: CLASSES, ids: ['a', 'b', 'c'], dataset: {} };
    expect(dataWarnings(of, inspector.result(), folds)).toEqual([
      'not every fold has pixels of "road": the rewards of some rounds cannot tell how well it is learned: ask for fewer folds (proxy.reward.folds) if it matters',
      'all pixels of "car" are in one of 3 folds: where it gives the reward, no proxy can learn it: ask for fewer folds (proxy.reward.folds) if it matters',
    ]);
  });

  test('more ignored than outlines, labels ignored altogether, images of one colour', () => {
    const blank = { image: new Uint8Array(3 * SIZE * SIZE).fill(9) };
    expect(
      warningsOf(
        sample('a', [...all, IGNORE_LABEL]),
        sample('b', [IGNORE_LABEL]),
        sample('c', all, blank),
        sample('d', all, blank),
        sample('e', all, blank),
        sample('f', all, blank),
      ),
    ).toEqual([
      expect.stringMatching(/^21 % of the training pixels are ignored/),
      'a training label is ignored altogether: b',
      '4 training images are of one colour: c, d, e and 1 more',
    ]);
  });

  test('twins, and what contradicts', () => {
    const twin = sample('a', all);
    const label = sample('x', [2, 1, 0]).label;
    expect(warningsOf(twin, sample('b', all), { ...twin, id: 'a2' }, { ...twin, id: 'a3', label })).toEqual([
      expect.stringMatching(/^3 of 4 training images are equal to others \(a = a2 = a3\): twins are on one side/),
      'equal training images have different labels: a = a2 = a3',
    ]);
    expect(warningsOf(twin, { ...twin, id: 'a2' })).toEqual([
      expect.stringMatching(/^2 of 2 training images .*none can be held out .* learned by heart$/),
    ]);
  });

  test('what readers noted, once, with an example', () => {
    const notes = ['16-bit values up to 4095 were divided by 257'];
    expect(warningsOf(sample('a', all, { notes }), sample('b', all), sample('c', all, { notes }))).toEqual([
      `${notes[0]} (2 training images, such as a)`,
    ]);
    expect(warningsOf(sample('a', all), sample('b', all, { notes }))).toEqual([`b: ${notes[0]}`]);
  });
});

describe('data that nothing can be learned from', () => {
  const values = fc.array(fc.constantFrom(...all, IGNORE_LABEL), { minLength: 1, maxLength: 6 });
  test.prop([fc.array(values, { minLength: 1, maxLength: 4 })])('is refused, and no other', (labels) => {
    const samples = labels.map((label, index) => sample(String.fromCharCode(97 + index), label));
    const present = new Set(labels.flat().filter((value) => value !== IGNORE_LABEL));
    const judge = () => rejectUnlearnable(CLASSES, inspect(samples).result(), {});
    if (present.size >= 2) judge();
    else expect(judge).toThrow(expect.objectContaining({ code: 'ASL_DATA_INVALID' }));
  });

  const refusal = (classes: readonly string[], ...labels: readonly (readonly number[])[]) => {
    const samples = labels.map((label, index) => sample(String.fromCharCode(97 + index), label));
    try {
      rejectUnlearnable(classes, inspect(samples).result(), {});
      return undefined;
    } catch (error) {
      return error;
    }
  };

  test('says what is there, what is missing, and how much is ignored', () => {
    expect(refusal(CLASSES, [1, IGNORE_LABEL])).toMatchObject({
      message: expect.stringContaining('one class alone'),
      details: {
        received: 'pixels of "road" and none of "sky", "car"; 32 of 64 pixels (50 %) are ignored',
        remedy: 'check which label values are ignored, and how the others become classes',
      },
    });
    expect(refusal(['background', 'cell'], [0, IGNORE_LABEL])).toMatchObject({
      details: { remedy: expect.stringContaining('dataset.labels.map: binary') },
    });
    expect(refusal(CLASSES, [1])).toMatchObject({ details: { remedy: expect.not.stringContaining('255') } });
    expect(refusal(CLASSES, [IGNORE_LABEL], [IGNORE_LABEL])).toMatchObject({
      message: expect.stringContaining('every pixel of the training labels is ignored'),
      details: { received: '128 of 128 pixels (100 %) are ignored, in 2 labels' },
    });
    expect(refusal(['thing'], [0])).toMatchObject({
      message: expect.stringContaining('one class'),
      details: { where: 'dataset.classes', remedy: expect.stringContaining('background') },
    });
  });
});
