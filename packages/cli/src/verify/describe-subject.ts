import { printable } from '@auto-seg-loss/kernel';
import type { VerifiedSubject } from '@auto-seg-loss/runtime';
import { alignColumns } from '../terminal/columns.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { replayCommand } from './replay-command.ts';
import { type BrokenReport, sameThrows } from './same-throws.ts';

/**
 * A subject's laws, a line each; below a broken one what breaks it. Where several are broken by what is thrown at one place, the
 * first stands for all.
 */
export function describeSubject(subject: VerifiedSubject, { colors }: Terminal): string {
  const { kind, name, options, untried } = subject;
  const throws = sameThrows(subject.reports);
  const reports = subject.reports.filter(
    (report) => report.status !== 'broken' || throws.standsFor(report) === undefined,
  );
  const given = options === undefined ? '' : ` ${JSON.stringify(options)}`;
  const head = colors.bold(printable(`${kind} ${name}${given}`));
  if (untried !== undefined) return [head, `  ${colors.yellow('untried')}  ${untried}`].join('\n');
  const mark = { holds: colors.green('ok'), skipped: colors.dim('skipped'), broken: colors.red('BROKEN') };
  const rows = alignColumns(
    reports.map((report) => [
      mark[report.status],
      report.law,
      report.status === 'skipped' ? '-' : String(report.runs),
      report.status === 'skipped' ? colors.dim(`${report.statement} (${report.reason})`) : report.statement,
    ]),
  );
  const lines = reports.flatMap((report, index) => [
    `  ${rows[index] ?? ''}`,
    ...(report.status === 'broken' ? describeBroken(subject, report, throws.others(report)) : []).map(
      (line) => `    ${line}`,
    ),
  ]);
  return [head, ...lines].join('\n');
}

/**
 * What breaks a law: the finding, its numbers, the drawing, and how to see it again.
 * @param others laws that it breaks too.
 */
export function describeBroken(
  subject: VerifiedSubject,
  report: BrokenReport,
  others: readonly string[],
): readonly string[] {
  const { counterexample, runs, seed } = report;
  const { message, numbers, drawing, shrinks } = counterexample;
  const found = `after ${runs} ${runs === 1 ? 'input' : 'inputs'}, made smaller ${shrinks} times`;
  return [
    `${printable(message)} (${found})`,
    ...Object.entries(numbers).map(([key, value]) => printable(`${key}: ${showNumbers(value)}`)),
    ...drawing.split('\n').map((line) => `│ ${line}`),
    ...(others.length === 0 ? [] : [`the same breaks ${others.length} more: ${others.join(', ')}`]),
    ...(counterexample.remedy === undefined ? [] : [counterexample.remedy]),
    printable(`see it again: ${replayCommand(subject, report.law, seed, counterexample.path)}`),
  ];
}

function showNumbers(value: unknown): string {
  if (typeof value === 'number') return String(value);
  return JSON.stringify(value, (_, each: unknown) =>
    typeof each === 'number' && !Number.isFinite(each) ? String(each) : each,
  );
}
