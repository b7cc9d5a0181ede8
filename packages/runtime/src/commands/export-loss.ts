import { readFile } from 'node:fs/promises';
import {
  checkExportName,
  type ExportedTerm,
  type ExportTarget,
  exportedBefore,
  type HandMadeTerm,
  exportLoss as sourceOf,
  suggestedName,
  traceFormula,
  traceLoss,
} from '@auto-seg-loss/export';
import { writeFileAtomic } from '@auto-seg-loss/files';
import { AslError } from '@auto-seg-loss/kernel';
import { type LossOption, type ResolvedTerm, resolveLoss } from '@auto-seg-loss/loss-expression';
import { type MetricFlags, metricOptions, type RunContext } from '@auto-seg-loss/plugin-host';
import { checkCases } from './export-cases.ts';
import { exportHeader } from './export-header.ts';

export interface ExportOptions extends MetricFlags {
  /** As `resolveLoss` takes it: a loss file, the folder of a search, `published:miou`, a sum of them. */
  readonly loss: string;
  readonly to: ExportTarget;
  /** What the class or function is called; by default made of the metrics' names. */
  readonly name?: string;
  /** The file to write; nothing is written without. */
  readonly out?: string;
  /** Of the program, for the header. */
  readonly version: string;
  /** Options of the loss's terms, in place of those that it has. */
  readonly options?: readonly LossOption[];
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
  const { loss, written, terms, unused } = await resolveLoss(spec, {
    context,
    metricOptions: metricOptions(options),
    options: options.options ?? [],
  });
  const { searched, handMade } = programsOf(spec, terms);
  const name = options.name ?? suggestedName(to, terms.map(nameOf).join(' '));
  checkExportName(to, name);
  if (out !== undefined) await refuseForeignFile(out);
  const source = sourceOf(to, {
    name,
    header: exportHeader({ written, name, to, version, terms, flags: options, options: options.options ?? [] }),
    terms: searched,
    handMade,
    cases: await checkCases(
      loss,
      handMade.map(({ program }) => program.classes).find((classes) => classes !== undefined),
    ),
  });
  if (out !== undefined) writeFileAtomic(out, source);
  return { name, source, unused };
}

function nameOf({ searched, name }: ResolvedTerm): string {
  return searched?.metric.name ?? name;
}

/** @throws AslError ASL_EXPORT_UNSUPPORTED naming a hand-made loss without a formula. */
function programsOf(
  spec: string,
  terms: readonly ResolvedTerm[],
): {
  readonly searched: readonly ExportedTerm[];
  readonly handMade: readonly HandMadeTerm[];
} {
  const searchedTerms: ExportedTerm[] = [];
  const handMade: HandMadeTerm[] = [];
  for (const { weight, name, loss, searched } of terms) {
    if (searched !== undefined) {
      const { metric, curves, term } = searched;
      searchedTerms.push({
        weight,
        program: traceLoss({ metric, curves, absent: term.absent, temperature: term.temperature }),
      });
    } else if (loss.formula !== undefined) {
      handMade.push({ weight, program: traceFormula(name, loss.formula) });
    } else throw noFormula(spec, name);
  }
  return { searched: searchedTerms, handMade };
}

function noFormula(spec: string, name: string): AslError {
  return new AslError('ASL_EXPORT_UNSUPPORTED', 'this loss has no source code to export', {
    where: name === spec ? spec : `"${name}" in ${spec}`,
    expected: 'a searched or published loss, a hand-made one whose plugin gives its formula, or a sum of them',
    received: 'a hand-made loss without a formula',
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
