import { fc, test } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import { evaluationWarnings } from '../src/commands/evaluation-warnings.ts';

const names = (count: number) => Array.from({ length: count }, (_, index) => `class ${index}`);
const zeros = (count: number): number[][] => Array.from({ length: count }, () => Array<number>(count).fill(0));

/** Pixels, each a label and a prediction. */
function warn(
  classes: number,
  pixels: readonly (readonly [label: number, prediction: number, count: number])[],
  ignored = 0,
) {
  const confusion = zeros(classes);
  for (const [label, prediction, count] of pixels) (confusion[label] as number[])[prediction] = count;
  return evaluationWarnings({ classes: names(classes), confusion, ignored });
}

describe('what a score may rest on', () => {
  test('labels that count from 1: most predictions are the label minus 1', () => {
    expect(
      warn(4, [
        [1, 0, 50],
        [2, 1, 30],
        [3, 2, 15],
        [0, 0, 5],
      ]),
    ).toEqual([expect.stringMatching(/at 95\.0 % .* minus 1, at 5\.0 % they are equal: .*--map one-based/)]);
  });

  test('predictions that count from 1', () => {
    expect(
      warn(4, [
        [0, 1, 50],
        [1, 2, 30],
      ]).join(),
    ).toContain('--prediction-map one-based');
  });

  test('two classes that changed places', () => {
    expect(
      warn(2, [
        [0, 1, 95],
        [1, 0, 5],
      ]).join(),
    ).toContain('changed places');
    expect(
      warn(2, [
        [0, 0, 95],
        [1, 0, 5],
      ]),
    ).toEqual([]);
  });

  test('masks whose foreground is ignored', () => {
    expect(warn(2, [[0, 0, 80]], 20).join()).toMatch(/no label has a pixel of "class 1", and 20\.0 % .*--map binary/);
    expect(
      warn(
        2,
        [
          [0, 0, 80],
          [1, 1, 1],
        ],
        20,
      ),
    ).toEqual([]);
    expect(warn(3, [[0, 0, 80]], 20)).toEqual([]);
  });

  test.prop([
    fc.integer({ min: 2, max: 6 }),
    fc.array(fc.integer({ min: 0, max: 50 }), { minLength: 36, maxLength: 36 }),
  ])('nothing is said where at least half of the pixels agree and every class has labels', (classes, others) => {
    const confusion = zeros(classes).map((row, label) =>
      row.map((_, prediction) => others[label * 6 + prediction] ?? 0),
    );
    for (const [label, row] of confusion.entries()) row[label] = 1 + row.reduce((total, each) => total + each, 0);
    expect(evaluationWarnings({ classes: names(classes), confusion, ignored: 7 })).toEqual([]);
  });
});
