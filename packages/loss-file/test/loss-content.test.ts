import { describe, expect, test } from 'vitest';
import { plugin as truthTable } from '../../../plugins/constraint-truth-table/src/index.ts';
import { plugin as miou } from '../../../plugins/metric-miou/src/index.ts';
import { plugin as bezier } from '../../../plugins/surrogate-bezier/src/index.ts';
import { type CurvesTerm, checkLossFile, curvesOf, isCurvesTerm, type LossFile, lossFileText } from '../src/index.ts';
import { codeOf } from './code-of.ts';

const term: CurvesTerm = {
  weight: 1,
  temperature: 1,
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
};
const loss: LossFile = { terms: [term] };
const context = { baseDir: '', cacheDir: '' };

async function parts() {
  return {
    metric: await miou.create(miou.options.parse({}), context),
    surrogate: await bezier.create(bezier.options.parse({ pieces: 1 }), context),
    constraints: [await truthTable.create(truthTable.options.parse({}), context)],
  };
}

describe('the content of a loss file', () => {
  test('gives its curves, with plugins that the program has', async () => {
    const file = checkLossFile(JSON.parse(lossFileText(loss)), 'loss.json');
    const [read] = file.terms.filter(isCurvesTerm);
    expect(curvesOf(read as CurvesTerm, await parts(), 'loss.json').map((curve) => curve.value(1))).toEqual([1, 1]);
  });

  test('one that was edited is refused', () => {
    const edited = lossFileText(loss).replace('0.7', '0.6');
    expect(codeOf(() => checkLossFile(JSON.parse(edited), 'loss.json'))).toBe('ASL_LOSS_INVALID');
  });

  test.each([null, [], 'loss', {}])('%j is no loss', (written) => {
    expect(codeOf(() => checkLossFile(written, 'loss.json'))).toBe('ASL_LOSS_INVALID');
  });

  test('curves of another metric are refused', async () => {
    const other = { ...term, curves: term.curves.slice(1) };
    const given = await parts();
    expect(codeOf(() => curvesOf(other, given, 'loss.json'))).toBe('ASL_LOSS_MISMATCH');
  });
});
