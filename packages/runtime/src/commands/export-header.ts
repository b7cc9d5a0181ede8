import { basename } from 'node:path';
import { EXPORTED_BY, type ExportTarget } from '@auto-seg-loss/export';
import { aslCommand, type Json, printable } from '@auto-seg-loss/kernel';
import type { LossFile } from '@auto-seg-loss/loss-file';

export interface HeaderFacts {
  /** The loss as it was named. */
  readonly spec: string;
  readonly name: string;
  readonly to: ExportTarget;
  /** Of the program. */
  readonly version: string;
  readonly file: LossFile;
  /** Its name, such as `miou-image`. */
  readonly metric: string;
}

/** What an exported file says of where it comes from, in lines. */
export function exportHeader({ spec, name, to, version, file, metric }: HeaderFacts): readonly string[] {
  const { use, ...options } = file.metric;
  const { use: surrogate, ...surrogateOptions } = file.surrogate;
  const absent =
    file.absent === 'zero' ? 'classes absent from a batch count as 0' : 'classes absent from a batch do not count';
  return [
    `${name}: the loss of the metric ${metric}, searched by Auto Seg-Loss (Li et al., ICLR 2021).`,
    '',
    `Metric: ${listed(use, options)}; ${absent}.`,
    `Curves: ${listed(surrogate, surrogateOptions)}.`,
    ...rewardLine(file.reward),
    ...(file.sha256 === undefined ? [] : [`Loss file: ${basename(spec)}, sha256 ${file.sha256}.`]),
    `${EXPORTED_BY} ${version}: ${aslCommand('export', shownSpec(spec), '--to', to, '--name', name)}`,
    'Licence: Apache-2.0.',
  ].map(printable);
}

/** Where a loss lies on a disk is nobody else's business. */
function shownSpec(spec: string): string {
  return spec.startsWith('/') ? basename(spec) : spec;
}

function listed(name: string, options: Readonly<Record<string, unknown>>): string {
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
