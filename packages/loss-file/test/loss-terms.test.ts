import { readdirSync, readFileSync } from 'node:fs';
import { type AslError, isAslError, type Json } from '@auto-seg-loss/kernel';
import { fc, test } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import { checkLossFile, type LossFile, type LossFileTerm, lossFileText } from '../src/index.ts';

const FOUND = new URL('../../../docs/examples/found/', import.meta.url);

const read = (text: string): LossFile => checkLossFile(JSON.parse(text), 'loss.json');

/** A loss as it was before it had a hash. */
function unsigned({ sha256: _hash, ...loss }: LossFile): LossFile {
  return loss;
}

function refusal(written: unknown): AslError {
  try {
    checkLossFile(written, 'loss.json');
  } catch (error) {
    if (isAslError(error)) return error;
    throw error;
  }
  throw new Error('it is taken for a loss');
}

const use = fc
  .record({
    use: fc.constantFrom('miou', 'dice', './mine.ts'),
    option: fc.oneof(fc.integer(), fc.boolean(), fc.string()),
  })
  .map((plugin) => plugin as { use: string; [option: string]: Json });
const coordinate = fc.double({ min: 0, max: 1, noNaN: true }).map((value) => value + 0);
const curve = fc.record({
  name: fc.string({ minLength: 1 }),
  points: fc.array(fc.tuple(coordinate, coordinate), { minLength: 2, maxLength: 4 }),
});
const weight = fc.double({ min: 1e-30, max: 1e30, noNaN: true });
const curves: fc.Arbitrary<LossFileTerm> = fc.record({
  weight: fc.oneof(fc.constant(1), weight),
  temperature: fc.oneof(fc.constant(1), fc.double({ min: 0.001, max: 1000, noNaN: true })),
  absent: fc.constantFrom('zero' as const, 'skip' as const),
  metric: use,
  surrogate: use,
  constraints: fc.array(use, { maxLength: 2 }),
  curves: fc.array(curve, { minLength: 1, maxLength: 3 }),
});
const handMade: fc.Arbitrary<LossFileTerm> = fc.record({ weight, loss: use });
const losses: fc.Arbitrary<LossFile> = fc.record(
  {
    terms: fc.array(fc.oneof(curves, handMade), { minLength: 1, maxLength: 4 }),
    theta: fc.array(coordinate, { maxLength: 3 }),
    reward: fc.constant({ metric: 'miou', value: 0.5 }),
  },
  { requiredKeys: ['terms'] },
);

const sum: LossFile = {
  terms: [
    {
      weight: 1,
      temperature: 1.7,
      absent: 'zero',
      metric: { use: 'miou' },
      surrogate: { use: 'bezier', pieces: 1 },
      constraints: [{ use: 'truth-table' }],
      curves: ['intersection', 'union'].map((name) => ({
        name,
        points: [
          [0, 0],
          [0.1, 0.7],
          [1, 1],
        ],
      })),
    },
    { weight: 0.3, loss: { use: 'cross-entropy' } },
  ],
  theta: [0.1, 0.7, 0.1, 0.7, 0.4, 0.2],
};

describe('a loss of terms', () => {
  test.prop([losses])('is read as it was written, and written again with the same bytes', (loss) => {
    const text = lossFileText(loss);
    expect(unsigned(read(text))).toEqual(loss);
    expect(lossFileText(read(text))).toBe(text);
  });

  test.prop([losses])(
    'has the first format where it is curves and nothing besides, and the second elsewhere',
    (loss) => {
      const [term, ...more] = loss.terms;
      const plain =
        more.length === 0 && term !== undefined && 'curves' in term && term.weight === 1 && term.temperature === 1;
      const { format } = JSON.parse(lossFileText(loss)) as { format: string };
      expect(format).toBe(plain ? 'auto-seg-loss/1' : 'auto-seg-loss/2');
    },
  );

  test('bytes do not depend on the order of its fields', () => {
    const turned = sum.terms.map((term) => Object.fromEntries(Object.entries(term).reverse())) as unknown;
    expect(lossFileText({ ...sum, terms: turned as LossFile['terms'] })).toBe(lossFileText(sum));
  });

  test.each(readdirSync(FOUND))('%s, which a search wrote, is written with the same bytes again', (name) => {
    const text = readFileSync(new URL(name, FOUND), 'utf8');
    expect(lossFileText(read(text))).toBe(text);
  });

  test('whichever number is changed, it is noticed', () => {
    for (const [from, to] of [
      ['"weight": 0.3', '"weight": 0.4'],
      ['1.7', '1.8'],
      ['"zero"', '"skip"'],
      ['cross-entropy', 'focal'],
    ] as const) {
      const edited = lossFileText(sum).replace(from, to);
      expect(edited).not.toBe(lossFileText(sum));
      expect(refusal(JSON.parse(edited)).message).toContain('edited by hand');
    }
  });

  test('of one that is written by hand, the temperature may be left out where it is 1', () => {
    const [{ temperature: _one, ...term }] = sum.terms as [LossFileTerm & { temperature: number }];
    expect(checkLossFile({ format: 'auto-seg-loss/2', terms: [term] }, 'loss.json').terms).toEqual([
      { ...term, temperature: 1 },
    ]);
  });

  test('all fields that are wrong, together, each with the term that it is of', () => {
    const [curvesTerm] = sum.terms;
    const error = refusal({
      format: 'auto-seg-loss/2',
      terms: [
        { ...curvesTerm, weight: 0, temperature: 0, absent: 'maybe' },
        { weight: 1e-60, loss: 'dice', wieght: 1 },
        {},
        7,
      ],
      teta: [],
    });
    expect(error.code).toBe('ASL_LOSS_INVALID');
    expect(error.details.problems?.map(({ where }) => where)).toEqual([
      'teta',
      'terms[0].weight',
      'terms[0].temperature',
      'terms[0].absent',
      'terms[1].weight',
      'terms[1].wieght',
      'terms[2].weight',
      'terms[2].metric',
      'terms[2].surrogate',
      'terms[2].constraints',
      'terms[2].curves',
      'terms[3]',
    ]);
    expect(error.format()).toContain('a number from 0.001 to 1000');
    expect(error.format()).toContain('Did you mean "weight"?');
  });

  test.each([
    ['no term', { format: 'auto-seg-loss/2', terms: [] }, 'terms'],
    ['no list of terms', { format: 'auto-seg-loss/2' }, 'terms'],
    ['another format', { format: 'auto-seg-loss/3' }, 'format'],
  ])('%s', (_what, written, where) => {
    expect(refusal(written).details.problems?.map((problem) => problem.where)).toContain(where);
  });
});
