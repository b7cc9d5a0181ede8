import { readFormula } from '@auto-seg-loss/formula';
import { describe, expect, test } from 'vitest';
import { metricOf, trialMetrics } from '../../formula/test/formulas.ts';
import { allMetrics } from '../../formula/test/metrics.ts';
import { isLabelOutline, outlineRole } from '../src/outline-pattern.ts';

const formula = trialMetrics.find(({ name }) => name === 'outlines');
const sums = formula === undefined ? {} : readFormula(formula).sums;
const roles = Object.fromEntries(Object.entries(sums).map(([name, sum]) => [name, outlineRole(sum)]));

describe('the sums of F1 of outlines', () => {
  test('are known in the metric, by what they are there', () => {
    const bf1 = allMetrics({ tolerance: 3, background: true }).find(({ name }) => name === 'bf1');
    const found = Object.entries(bf1 === undefined ? {} : readFormula(bf1).sums).map(([name, sum]) => {
      const role = outlineRole(sum);
      return [name, role?.kind, role !== undefined && 'tolerance' in role ? role.tolerance : undefined];
    });
    expect(found).toEqual([
      ['hits', 'hits', 3],
      ['drawn', 'drawn', undefined],
      ['found', 'found', 3],
      ['true', 'truth', undefined],
    ]);
  });

  test('are known wherever they stand, and nothing else is taken for them', () => {
    const known = Object.entries(roles).filter(([, role]) => role !== undefined);
    expect(known.map(([name, role]) => [name, role?.kind])).toEqual([
      ['truth', 'truth'],
      ['truth of each image', 'truth'],
      ['drawn', 'drawn'],
      ['drawn in each image', 'drawn'],
      ['hits', 'hits'],
      ['hits farther off', 'hits'],
      ['found', 'found'],
      ['found in each image', 'found'],
      ['found at 0', 'found'],
      ['hits at 0', 'hits'],
      ['second drawn', 'drawn'],
      ['second found', 'found'],
      ['second hits', 'hits'],
    ]);
  });

  test('say of which outline they are, and at which tolerance', () => {
    const outline = (name: string) => {
      const role = roles[name];
      return role !== undefined && 'outline' in role ? role.outline : undefined;
    };
    expect(outline('drawn')?.key).toBe(sums.drawn?.mask.key);
    for (const name of ['hits', 'found', 'found at 0']) expect(outline(name)).toEqual(outline('drawn'));
    expect(outline('second found')).toEqual(outline('second drawn'));
    expect(outline('second drawn')?.key).not.toBe(outline('drawn')?.key);
    expect([outline('drawn')?.or.op, outline('drawn')?.and.op]).toEqual(['or', 'and']);
    const tolerances = ['hits', 'hits farther off', 'found', 'found at 0'].map((name) => {
      const role = roles[name];
      return role !== undefined && 'tolerance' in role ? role.tolerance : undefined;
    });
    expect(tolerances).toEqual([2, 3, 2, 0]);
  });
});

test('a trimap is near the edges of the label, and of nothing else', () => {
  const { sums: masks } = readFormula(
    metricOf('trial', ({ dilate, edge, erode, sum }, { label, prediction }) => ({
      trimap: sum(dilate(edge(label), 2)),
      'near the label': sum(dilate(label, 2)),
      'near the prediction’s edges': sum(dilate(edge(prediction), 2)),
      edge: sum(edge(label)),
      'eroded edge': sum(erode(edge(label))),
    })),
  );
  const trimaps = Object.entries(masks).filter(([, { mask }]) => isLabelOutline(mask));
  expect(trimaps.map(([name]) => name)).toEqual(['trimap']);
});
