import { basename } from 'node:path';
import { EXPORTED_BY, type ExportTarget } from '@auto-seg-loss/export';
import { aslCommand, type Json, type PluginUse, printable } from '@auto-seg-loss/kernel';
import { printExpression, type ResolvedTerm } from '@auto-seg-loss/loss-expression';

export interface HeaderFacts {
  /** The loss as it was named. */
  readonly spec: string;
  readonly name: string;
  readonly to: ExportTarget;
  /** Of the program. */
  readonly version: string;
  /** What the loss is the sum of. */
  readonly terms: readonly ResolvedTerm[];
}

/** What an exported file says of where it comes from, in lines. */
export function exportHeader({ spec, name, to, version, terms }: HeaderFacts): readonly string[] {
  const [first, ...more] = terms;
  const alone = first?.weight === 1 && more.length === 0 ? first : undefined;
  const shown =
    alone === undefined
      ? printExpression(terms.map((term) => ({ ...term, name: shownName(term.name) })))
      : shownName(spec);
  const metric = alone?.searched?.metric.name;
  const unsearched = alone === undefined ? `the sum of losses ${shown}, written` : `the loss ${shown}, written`;
  const what = metric === undefined ? unsearched : `the loss of the metric ${metric}, searched`;
  return [
    `${name}: ${what} by Auto Seg-Loss (Li et al., ICLR 2021).`,
    '',
    ...terms.flatMap((term) => [
      ...(alone === undefined ? [`${term.weight} * ${shownName(term.name)}:`] : []),
      ...termLines(term).map((line) => (alone === undefined ? `  ${line}` : line)),
    ]),
    `${EXPORTED_BY} ${version}: ${aslCommand('export', shown, '--to', to, '--name', name)}`,
    'Licence: Apache-2.0.',
  ].map(printable);
}

/** Where a searched loss comes from; the options of a hand-made one. */
function termLines({ searched, use: plugin }: ResolvedTerm): readonly string[] {
  if (searched === undefined) return plugin === undefined ? [] : [`Loss: ${listedUse(plugin)}.`];
  const { file, path } = searched;
  const absent =
    file.absent === 'zero' ? 'classes absent from a batch count as 0' : 'classes absent from a batch do not count';
  return [
    `Metric: ${listedUse(file.metric)}; ${absent}.`,
    `Curves: ${listedUse(file.surrogate)}.`,
    ...rewardLine(file.reward),
    ...(file.sha256 === undefined || path === undefined
      ? []
      : [`Loss file: ${basename(path)}, sha256 ${file.sha256}.`]),
  ];
}

/** Where a loss lies on a disk is nobody else's business. */
function shownName(name: string): string {
  return name.startsWith('/') ? basename(name) : name;
}

function listedUse({ use: name, ...options }: PluginUse): string {
  const entries = Object.entries(options).map(
    ([key, value]) => `${key} ${typeof value === 'object' ? JSON.stringify(value) : value}`,
  );
  return entries.length === 0 ? name : `${name} (${entries.join(', ')})`;
}

function rewardLine(reward: Readonly<Record<string, Json>> | undefined): readonly string[] {
  if (reward === undefined || typeof reward.value !== 'number') return [];
  const percent = (value: number): string => (100 * value).toFixed(2);
  const { metric, value, interval, images } = reward;
  const range =
    Array.isArray(interval) && typeof interval[0] === 'number' && typeof interval[1] === 'number'
      ? `, 95 % interval ${percent(interval[0])} to ${percent(interval[1])}`
      : '';
  const where = typeof images === 'string' ? `, ${images}` : '';
  return [`Reward: ${percent(value)} %${typeof metric === 'string' ? ` ${metric}` : ''}${range}${where}.`];
}
