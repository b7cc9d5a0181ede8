import { readFile } from 'node:fs/promises';
import {
  checkExportName,
  type ExportTarget,
  exportedBefore,
  exportLoss as sourceOf,
  suggestedName,
  traceLoss,
} from '@auto-seg-loss/export';
import { writeFileAtomic } from '@auto-seg-loss/files';
import { AslError } from '@auto-seg-loss/kernel';
import type { RunContext } from '@auto-seg-loss/plugin-host';
import { type MetricFlags, metricOptions } from '@auto-seg-loss/plugin-host';
import { isSearched, resolveLoss } from '../loss-file/resolve-loss.ts';
import { checkCases } from './export-cases.ts';
import { exportHeader } from './export-header.ts';

export interface ExportOptions extends MetricFlags {
  /** As `resolveLoss` takes it: a loss file, a run folder, `published:miou`. */
  readonly loss: string;
  readonly to: ExportTarget;
  /** What the class or function is called; by default made of the metric's name. */
  readonly name?: string;
  /** The file to write; nothing is written without. */
  readonly out?: string;
  /** Of the program, for the header. */
  readonly version: string;
  readonly context: RunContext;
}

export interface ExportResult {
  readonly name: string;
  readonly source: string;
  /** Flags that the loss has no option for, by option name. */
  readonly unused: readonly string[];
}

/**
 * Writes a loss as source code of another framework, which needs nothing else.
 * @throws AslError ASL_EXPORT_UNSUPPORTED for a loss that has no source there; ASL_ARGUMENT_INVALID for a name that is no
 *   identifier, or a file that is there and was not exported; what `resolveLoss` and `openEngine` throw.
 */
export async function exportLoss(options: ExportOptions): Promise<ExportResult> {
  const { loss: spec, to, out, version, context } = options;
  if (!isSearched(spec)) throw notSearched(spec);
  const { loss, searched, unused } = await resolveLoss(spec, { context, metricOptions: metricOptions(options) });
  if (searched === undefined) throw notSearched(spec);
  const name = options.name ?? suggestedName(to, searched.metric.name);
  checkExportName(to, name);
  if (out !== undefined) await refuseForeignFile(out);
  const program = traceLoss({ metric: searched.metric, curves: searched.curves, absent: searched.file.absent });
  const source = sourceOf(to, {
    name,
    header: exportHeader({ spec, name, to, version, file: searched.file, metric: searched.metric.name }),
    terms: [{ weight: 1, program }],
    cases: await checkCases(loss),
  });
  if (out !== undefined) writeFileAtomic(out, source);
  return { name, source, unused };
}

function notSearched(spec: string): AslError {
  return new AslError('ASL_EXPORT_UNSUPPORTED', 'this loss has no source code to export', {
    where: spec,
    expected: 'a loss file, the folder of a search, or published:<metric>',
    received: 'a hand-made loss',
    remedy: 'frameworks have most hand-made losses already; use theirs',
  });
}

/** @throws AslError ASL_ARGUMENT_INVALID for a file that is there and was not written by an export. */
async function refuseForeignFile(path: string): Promise<void> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (text === undefined || exportedBefore(text)) return;
  throw new AslError('ASL_ARGUMENT_INVALID', 'the file is there, and is no exported loss', {
    where: `--out ${path}`,
    expected: 'the name of a new file, or of a loss exported before',
    received: 'another file',
    remedy: 'choose another name, or move the file away',
  });
}
