import { isAbsolute, relative } from 'node:path';
import { printableLines } from '@auto-seg-loss/kernel';
import type { VerifyResult } from '@auto-seg-loss/runtime';
import { describeBroken } from './describe-subject.ts';
import { sameThrows } from './same-throws.ts';

/**
 * The broken laws as workflow commands of GitHub Actions, which shows them beside the code
 * (docs.github.com, "Workflow commands for GitHub Actions": `::error file={name},title={title}::{message}`).
 * @param root where the repository lies; files outside of it are not named.
 */
export function githubAnnotations({ subjects }: VerifyResult, root: string): readonly string[] {
  return subjects.flatMap((subject) => {
    const throws = sameThrows(subject.reports);
    return subject.reports.flatMap((report) => {
      if (report.status !== 'broken' || throws.standsFor(report) !== undefined) return [];
      const { kind, name, file } = subject;
      const path = file === undefined ? undefined : relative(root, file);
      const inside = path !== undefined && !path.startsWith('..') && !isAbsolute(path);
      const place = inside ? `file=${property(path)},` : '';
      const title = `${kind} ${name} breaks "${report.law}"`;
      const message = [report.statement, ...describeBroken(subject, report, throws.others(report))].join('\n');
      return [`::error ${place}title=${property(title)}::${data(message)}`];
    });
  });
}

function data(text: string): string {
  return printableLines(text).replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function property(text: string): string {
  return data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
