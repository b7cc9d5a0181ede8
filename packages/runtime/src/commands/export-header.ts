import { basename, isAbsolute } from 'node:path';
import { parseValue } from '@auto-seg-loss/config';
import { EXPORTED_BY, type ExportTarget } from '@auto-seg-loss/export';
import { type Json, type PluginUse, printable } from '@auto-seg-loss/kernel';
import { type LossOption, printExpression, type ResolvedTerm, type WrittenTerm } from '@auto-seg-loss/loss-expression';
import type { MetricFlags } from '@auto-seg-loss/plugin-host';
import { wrappedCommand, wrappedProse } from './wrapped-lines.ts';

export interface HeaderFacts {
  /** The loss as it was named: its terms as they were written, those of a file as one. */
  readonly written: readonly WrittenTerm[];
  readonly name: string;
  readonly to: ExportTarget;
  /** Of the program. */
  readonly version: string;
  /** What the loss is the sum of. */
  readonly terms: readonly ResolvedTerm[];
  /** What was set besides. */
  readonly flags: MetricFlags;
  readonly options: readonly LossOption[];
}

/** What an exported file says of where it comes from, in lines; among them the command that writes it again. */
export function exportHeader({ written, name, to, version, terms, flags, options }: HeaderFacts): readonly string[] {
  const [first, ...more] = terms;
  const alone = first?.weight === 1 && more.length === 0 ? first : undefined;
  const shown = printExpression(written.map((term) => ({ ...term, name: shownName(term.name) })));
  const metric = alone?.searched?.metric.name;
  const unsearched = alone === undefined ? `the sum of losses ${shown}, written` : `the loss ${shown}, written`;
  const what = metric === undefined ? unsearched : `the loss of the metric ${metric}, searched`;
  const prose = [
    `${name}: ${what} by Auto Seg-Loss (Li et al., ICLR 2021).`,
    '',
    ...terms.flatMap((term) => [
      ...(alone === undefined ? [`${term.weight} * ${shownName(term.name)}:`] : []),
      ...termLines(term).map((line) => (alone === undefined ? `  ${line}` : line)),
    ]),
    `${EXPORTED_BY} ${version}:`,
  ].map(printable);
  const command = [['export'], [shown], ['--to', to], ['--name', name], ...flagWords(flags), ...options.map(setWords)];
  return [
    ...prose.flatMap(wrappedProse),
    ...wrappedCommand(command.map((words) => words.map(printable))),
    'Licence: Apache-2.0.',
  ];
}

/** The options of metrics as they are said on the command line. */
function flagWords({ tolerance, dropBackground, average }: MetricFlags): readonly (readonly string[])[] {
  return [
    ...(tolerance === undefined ? [] : [['--tolerance', String(tolerance)]]),
    ...(dropBackground === undefined ? [] : [[dropBackground ? '--drop-background' : '--no-drop-background']]),
    ...(average === undefined ? [] : [['--average', average]]),
  ];
}

/** An option of a loss as it is said on the command line: a text stands as it is where it reads back so, else as JSON. */
function setWords({ path, value }: LossOption): readonly string[] {
  const isPlain = typeof value === 'string' && parseValue(value) === value && printable(value) === value;
  return ['--set', `${path.join('.')}=${isPlain ? value : JSON.stringify(value)}`];
}

/** Where a searched loss comes from; the options of a hand-made one. */
function termLines({ searched, use: plugin }: ResolvedTerm): readonly string[] {
  if (searched === undefined) return plugin === undefined ? [] : [`Loss: ${listedUse(plugin)}.`];
  const { file, term, path } = searched;
  const absent =
    term.absent === 'zero' ? 'classes absent from a batch count as 0' : 'classes absent from a batch do not count';
  const softened = term.temperature === 1 ? '' : `; logits are divided by ${term.temperature}`;
  return [
    `Metric: ${listedUse(term.metric)}; ${absent}${softened}.`,
    `Curves: ${listedUse(term.surrogate)}.`,
    ...rewardLine(file.reward),
    ...(file.sha256 === undefined || path === undefined
      ? []
      : [`Loss file: ${basename(path)}, sha256 ${file.sha256}.`]),
  ];
}

/** Where a loss lies on a disk is nobody else's business. */
function shownName(name: string): string {
  if (!isAbsolute(name)) return name;
  const last = basename(name);
  return last.endsWith('.json') ? last : `./${last}`;
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
