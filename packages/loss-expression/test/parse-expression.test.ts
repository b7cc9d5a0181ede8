import { AslError } from '@auto-seg-loss/kernel';
import { fc, test as property } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { parseExpression, printExpression } from '../src/parse-expression.ts';

const nothing = (): boolean => false;
const known =
  (...names: readonly string[]) =>
  (name: string): boolean =>
    names.includes(name);
const read = (text: string, ...names: readonly string[]) =>
  parseExpression(text, known(...names)).map(({ weight, name }) => [weight, name]);

function refusal(text: string, exists = nothing): AslError {
  try {
    parseExpression(text, exists);
  } catch (error) {
    if (error instanceof AslError) return error;
  }
  throw new Error(`"${text}" was taken`);
}

describe('a sum of losses', () => {
  test.each([
    ['dice', [[1, 'dice']]],
    ['2*dice', [[2, 'dice']]],
    [
      ' 0.5 * dice + .25*focal ',
      [
        [0.5, 'dice'],
        [0.25, 'focal'],
      ],
    ],
    [
      '1e+3*dice+1E-2*focal',
      [
        [1000, 'dice'],
        [0.01, 'focal'],
      ],
    ],
    [
      '0.75*runs/a/loss.json+0.25*cross-entropy',
      [
        [0.75, 'runs/a/loss.json'],
        [0.25, 'cross-entropy'],
      ],
    ],
    [
      'published:miou+dice',
      [
        [1, 'published:miou'],
        [1, 'dice'],
      ],
    ],
  ])('%s', (text, terms) => {
    expect(read(text)).toEqual(terms);
  });

  test('what exists under a name with + or * is taken as it is, the longest name first', () => {
    expect(read('a+b.json', 'a+b.json')).toEqual([[1, 'a+b.json']]);
    expect(read('2*dice', '2*dice')).toEqual([[1, '2*dice']]);
    expect(read('dice+a+b.json+focal', 'a+b.json')).toEqual([
      [1, 'dice'],
      [1, 'a+b.json'],
      [1, 'focal'],
    ]);
    expect(read('0.5*a+2*b.json+dice', 'a+2*b.json')).toEqual([
      [0.5, 'a+2*b.json'],
      [1, 'dice'],
    ]);
    expect(read('a+b+c', 'a+b', 'a+b+c')).toEqual([[1, 'a+b+c']]);
    expect(read('3*2*x.json', '2*x.json')).toEqual([[3, '2*x.json']]);
  });

  test.each([
    ['', 'empty'],
    ['dice+', 'empty'],
    ['+dice', 'empty'],
    ['2*', 'empty'],
    ['dice*2', 'no number'],
    ['2*3*dice', 'no number'],
    ['NaN*dice', 'no number'],
    ['0*dice', 'not above 0'],
    ['-1*dice+focal', 'not above 0'],
    ['1e-60*dice', 'not above 0'],
    ['1e60*dice', 'not above 0'],
    ['dice+'.repeat(200), 'more than 100 terms'],
  ])('%j is refused', (text, message) => {
    const error = refusal(text);
    expect(error.code).toBe('ASL_LOSS_INVALID');
    expect(error.message).toContain(message);
  });

  test('why a weight is refused', () => {
    expect(refusal('0*dice').details.remedy).toContain('leave the term out');
    expect(refusal('-2*dice').details.remedy).toContain('make that loss larger');
  });
});

const weights = fc.double({ min: 1e-30, max: 1e30, noNaN: true });
/** Names with all that a path may hold. */
const names = fc.stringMatching(/^[a-z./+*:-]{1,12}$/);

describe('laws', () => {
  property.prop([
    fc.array(fc.record({ weight: weights, name: fc.constantFrom('dice', 'published:miou', 'runs/a', 'x.json') }), {
      minLength: 1,
      maxLength: 6,
    }),
  ])('what is printed reads back', (terms) => {
    expect(parseExpression(printExpression(terms), nothing)).toEqual(terms);
  });

  property.prop([weights, names, fc.boolean()])(
    'so does a name that exists, whatever it holds',
    (weight, name, after) => {
      const terms = [{ weight, name }, ...(after ? [{ weight: 2, name: 'dice' }] : [])];
      expect(parseExpression(printExpression(terms), known(name))).toEqual(terms);
    },
  );
});
