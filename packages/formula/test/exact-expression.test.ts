import { readFormula } from '@auto-seg-loss/formula';
import type { MeasureAlgebra, MeasureInputs, PerClass } from '@auto-seg-loss/kernel';
import { describe, expect, test } from 'vitest';
import { exactSum } from '../src/exact/exact-expression.ts';
import { metricOf } from './formulas.ts';

type MakeSum = (algebra: MeasureAlgebra, inputs: MeasureInputs) => PerClass;

const sumOf = (make: MakeSum) => {
  const { sums } = readFormula(metricOf('trial', (algebra, inputs) => ({ only: make(algebra, inputs) })));
  return exactSum(sums.only as NonNullable<typeof sums.only>);
};

// What is counted once is told by its key: the same pixels have the same one, in whatever way a formula writes them.
describe('the evaluator counts the same pixels once', () => {
  const prediction: MakeSum = ({ sum }, { prediction: p, everywhere }) => sum(p, everywhere);
  const label: MakeSum = ({ sum }, { label: l, everywhere }) => sum(l, everywhere);
  const both: MakeSum = ({ and, sum }, { prediction: p, label: l, everywhere }) => sum(and('x', p, l), everywhere);
  const eroded: MakeSum = ({ erode, sum }, { label: l, everywhere }) => sum(erode(l), everywhere);
  const edge: MakeSum = ({ edge: edgeOf, sum }, { label: l, everywhere }) => sum(edgeOf(l), everywhere);

  test.each<[string, MakeSum, MakeSum]>([
    [
      'an AND, by whatever name',
      both,
      ({ and, sum }, { prediction: p, label: l, everywhere }) => sum(and('y', p, l), everywhere),
    ],
    [
      'a product is an AND',
      both,
      ({ times, sum }, { prediction: p, label: l, everywhere }) => sum(times(p, l), everywhere),
    ],
    ['p AND p is p', prediction, ({ and, sum }, { prediction: p, everywhere }) => sum(and('x', p, p), everywhere)],
    ['p OR p is p', prediction, ({ or, sum }, { prediction: p, everywhere }) => sum(or('x', p, p), everywhere)],
    [
      'l AND erode(l) is erode(l)',
      eroded,
      ({ and, erode, sum }, { label: l, everywhere }) => sum(and('x', l, erode(l)), everywhere),
    ],
    [
      'erode(l) AND l is erode(l)',
      eroded,
      ({ and, erode, sum }, { label: l, everywhere }) => sum(and('x', erode(l), l), everywhere),
    ],
    [
      'l OR erode(l) is l',
      label,
      ({ or, erode, sum }, { label: l, everywhere }) => sum(or('x', l, erode(l)), everywhere),
    ],
    [
      'erode(l) OR l is l',
      label,
      ({ or, erode, sum }, { label: l, everywhere }) => sum(or('x', erode(l), l), everywhere),
    ],
    [
      'l OR edge(l) is l',
      label,
      ({ or, edge: edgeOf, sum }, { label: l, everywhere }) => sum(or('x', l, edgeOf(l)), everywhere),
    ],
    [
      'l OR (p AND l) is l',
      label,
      ({ or, and, sum }, { prediction: p, label: l, everywhere }) => sum(or('x', l, and('y', p, l)), everywhere),
    ],
    [
      'l OR (l AND p) is l',
      label,
      ({ or, and, sum }, { prediction: p, label: l, everywhere }) => sum(or('x', l, and('y', l, p)), everywhere),
    ],
    [
      '(erode(l) OR edge(l)) AND l is erode(l) OR edge(l)',
      ({ or, erode, edge: edgeOf, sum }, { label: l, everywhere }) => sum(or('x', erode(l), edgeOf(l)), everywhere),
      ({ and, or, erode, edge: edgeOf, sum }, { label: l, everywhere }) =>
        sum(and('y', or('x', erode(l), edgeOf(l)), l), everywhere),
    ],
    [
      'an edge is l without erode(l)',
      edge,
      ({ minus, erode, sum }, { label: l, everywhere }) => sum(minus(l, erode(l)), everywhere),
    ],
    [
      'F1’s soft outline is an edge',
      edge,
      ({ minus, and, or, erode, sum }, { label: l, everywhere }) =>
        sum(minus(or('x', l, erode(l)), and('y', l, erode(l))), everywhere),
    ],
    ['what lies in the label needs no region: it is valid', label, ({ sum }, { label: l }) => sum(l)],
    ['hits need no region', both, ({ and, sum }, { prediction: p, label: l }) => sum(and('x', p, l))],
    ['an eroded label needs no region', eroded, ({ erode, sum }, { label: l }) => sum(erode(l))],
  ])('%s', (_, one, other) => {
    expect(sumOf(other)).toEqual(sumOf(one));
  });

  test.each<[string, MakeSum, MakeSum]>([
    ['AND and OR', both, ({ or, sum }, { prediction: p, label: l, everywhere }) => sum(or('x', p, l), everywhere)],
    ['prediction and label', prediction, label],
    ['the prediction at valid pixels and everywhere', prediction, ({ sum }, { prediction: p }) => sum(p)],
    [
      'a dilated label at valid pixels and everywhere',
      ({ dilate, sum }, { label: l }) => sum(dilate(l, 1)),
      ({ dilate, sum }, { label: l, everywhere }) => sum(dilate(l, 1), everywhere),
    ],
    [
      'a union with the label at valid pixels and everywhere',
      ({ or, sum }, { prediction: p, label: l }) => sum(or('x', p, l)),
      ({ or, sum }, { prediction: p, label: l, everywhere }) => sum(or('x', p, l), everywhere),
    ],
    [
      'erosions of another depth',
      eroded,
      ({ erode, sum }, { label: l, everywhere }) => sum(erode(l, { radius: 2 }), everywhere),
    ],
    [
      'erosions with another outside',
      eroded,
      ({ erode, sum }, { label: l, everywhere }) => sum(erode(l, { outside: 0 }), everywhere),
    ],
    [
      'dilations of another reach',
      ({ dilate, sum }, { label: l, everywhere }) => sum(dilate(l, 1), everywhere),
      ({ dilate, sum }, { label: l, everywhere }) => sum(dilate(l, { diagonal: 1 }), everywhere),
    ],
    [
      'a label in a region and everywhere',
      label,
      ({ anyClass, edge: edgeOf, sum }, { label: l }) => sum(l, anyClass(edgeOf(l))),
    ],
    [
      'l OR (p OR l) and l',
      label,
      ({ or, sum }, { prediction: p, label: l, everywhere }) => sum(or('x', l, or('y', p, l)), everywhere),
    ],
    [
      'l OR (p AND dilate(l)) and l',
      label,
      ({ or, and, dilate, sum }, { prediction: p, label: l, everywhere }) =>
        sum(or('x', l, and('y', p, dilate(l, 1))), everywhere),
    ],
    [
      'l OR dilate(l) and l',
      label,
      ({ or, dilate, sum }, { label: l, everywhere }) => sum(or('x', l, dilate(l, 1)), everywhere),
    ],
    [
      'l OR edge(p) and l',
      label,
      ({ or, edge: edgeOf, sum }, { prediction: p, label: l, everywhere }) => sum(or('x', l, edgeOf(p)), everywhere),
    ],
  ])('but not %s', (_, one, other) => {
    expect(sumOf(one).key).not.toBe(sumOf(other).key);
  });
});
