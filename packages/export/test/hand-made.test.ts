import type { LossFormula } from '@auto-seg-loss/kernel';
import { describe, expect, it } from 'vitest';
import { type ExportTarget, exportLoss, traceFormula } from '../src/index.ts';
import { pythonDocstring } from '../src/python/python-docstring.ts';

/** Operations that no loss of ours has in a row, without names: too long for a line. */
const long: LossFormula = ({ label, probability, valid, plus, times, divide, atLeast, perClass, ...algebra }) => {
  const weights = perClass(Array.from({ length: 30 }, (_, c) => c + 0.123456));
  const parts = Array.from({ length: 6 }, (_, i) =>
    algebra.power(atLeast(plus(times(probability, label), algebra.number(i + 1)), 1e-7), 1.5 + i),
  );
  const [first = label, ...others] = parts;
  const product = others.reduce((a, b) => times(a, b), first);
  const total = algebra.sumOverPixels(algebra.sumOverClasses(times(weights, product)), 'batch');
  return divide(total, atLeast(algebra.sumOverPixels(valid, 'batch'), 1));
};

const written = (to: ExportTarget, name: string, formula: LossFormula): string =>
  exportLoss(to, {
    name: 'ALoss',
    header: ['A loss.'],
    terms: [],
    handMade: [{ weight: 0.5, program: traceFormula(name, formula) }],
    cases: [],
  });

describe.each(['pytorch', 'monai', 'mmseg', 'nnunet', 'keras', 'jax'] as const)('hand-made losses for %s', (to) => {
  it('stand in lines of 100 columns, however long the formula is', () => {
    const text = written(to, 'long', long);
    expect(text.split('\n').filter((line) => line.length > 100)).toEqual([]);
    expect(text).toContain('class_weights = (\n        0.123456,\n');
  });

  it('say nothing of options that are off', () => {
    const text = written(to, 'plain', ({ label, plus, minus, times, divide, number, sumOverPixels, sumOverClasses }) =>
      sumOverPixels(
        sumOverClasses(divide(times(minus(plus(label, number(0)), number(0)), number(1)), number(1))),
        'batch',
      ),
    );
    expect(text).toContain('_sum_over_pixels(_sum_over_classes(label))');
  });

  it('are called by names that end no docstring', () => {
    const text = written(to, 'a"""\nimport os', ({ valid, sumOverPixels }) => sumOverPixels(valid, 'batch'));
    expect(text).toContain('def _a_import_os_loss(');
    expect(text).not.toContain('a"""');
  });
});

describe('a docstring', () => {
  it.each([
    [['A loss.'], '"""A loss.\n"""'],
    [['C:\\new'], 'r"""C:\\new\n"""'],
    [['"""', 'import os'], '"""\\"\\"\\"\nimport os\n"""'],
    [['\\"""'], '"""\\\\\\"\\"\\"\n"""'],
  ])('of %j is one text of Python', (lines, text) => {
    expect(pythonDocstring(lines)).toBe(text);
  });
});
