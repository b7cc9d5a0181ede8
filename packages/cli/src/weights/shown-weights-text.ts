import type { LeftOverKind, NameReport, WeightsFormat } from '@auto-seg-loss/weights';
import { quantity } from '../terminal/quantity.ts';
import { formatTable } from '../terminal/table.ts';
import type { WeightsView } from './view-of-weights.ts';

const FORMATS: Readonly<Record<WeightsFormat, string>> = {
  safetensors: 'safetensors',
  pth: 'a .pth of PyTorch',
  'legacy-pth': 'a .pth of PyTorch in the form of before 1.6',
};

/** What is in a file of weights: first in words, then every tensor. */
export function shownWeightsText(view: WeightsView): string {
  const { file, format, bytes, tensors, numbers, backbone, metadata, notes } = view;
  const types = [...new Set(tensors.map(({ type }) => type))];
  const texts = Object.entries(metadata).map(([key, value]) => `  ${key}: ${shortened(value)}`);
  return [
    `${file}: ${FORMATS[format]}, ${size(bytes)}`,
    `${quantity(tensors.length, 'tensor')}, ${short(numbers)} numbers (${types.join(', ')})`,
    ...notes,
    ...(texts.length === 0 ? [] : ['text in it:', ...texts]),
    '',
    ...(backbone === null ? ['It looks like no backbone that is known.'] : backboneLines(backbone)),
    '',
    formatTable(
      ['tensor', 'shape', 'numbers'],
      tensors.map(({ name, shape, type }) => [name, shape.length === 0 ? 'one number' : shape.join(' × '), type]),
      ['left', 'right', 'left'],
    ),
  ].join('\n');
}

function backboneLines(report: NameReport): readonly string[] {
  const { backbone, deepStem, naming, sameNamings, prefix, taken, missing, mismatched, leftOver } = report;
  const whose = naming === 'original' ? "the original's" : `${naming}'s`;
  const same = sameNamings.length === 0 ? '' : ` (${sameNamings.join(' and ')} have the same)`;
  const of = (wanted: LeftOverKind) => leftOver.flatMap(({ name, kind }) => (kind === wanted ? [name] : []));
  const counters = of('counter').length;
  const line = (what: string, names: readonly string[]) => (names.length === 0 ? [] : [`${what}: ${someOf(names)}`]);
  return [
    `It looks like ${backbone}${deepStem ? ' with a deep stem' : ''}, in ${whose} names${same}${prefix === '' ? '' : ` after "${prefix}"`}.`,
    `of the backbone: ${quantity(taken.length, 'tensor')}`,
    ...line('missing', missing),
    ...line(
      'of another shape',
      mismatched.map(
        ({ name, expected, received }) => `${name} (${received.join(' × ')}, not ${expected.join(' × ')})`,
      ),
    ),
    ...line('in the same parts, but not of this backbone', of('within')),
    ...line('left over, as the classifier', of('classifier')),
    ...line('left over, as heads', of('head')),
    ...(counters === 0 ? [] : [`left over, as counters of batches: ${quantity(counters, 'tensor')}`]),
    ...line('left over', of('unknown')),
  ];
}

const SHOWN = 4;

function someOf(names: readonly string[]): string {
  const more = names.length > SHOWN ? ` and ${names.length - SHOWN} more` : '';
  return `${names.slice(0, SHOWN).join(', ')}${more}`;
}

function size(bytes: number): string {
  return bytes < 1e5 ? `${(bytes / 1e3).toFixed(1)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}

/** 4.65 M */
function short(count: number): string {
  if (count < 1e4) return String(count);
  return count < 1e6 ? `${(count / 1e3).toFixed(1)} k` : `${(count / 1e6).toFixed(2)} M`;
}

const LONGEST = 200;

function shortened(text: string): string {
  return text.length <= LONGEST ? text : `${text.slice(0, LONGEST)}…`;
}
