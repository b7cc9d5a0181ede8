import { relative } from 'node:path';
import { printable, printableLines } from '@auto-seg-loss/kernel';
import type { VerifyResult } from '@auto-seg-loss/runtime';
import junit, { type Builder } from 'junit-report-builder';
import { describeBroken } from './describe-subject.ts';
import { sameThrows } from './same-throws.ts';

// The package's types describe a default export inside a CommonJS module; what it exports is the builder itself.
const reports = junit as unknown as Builder;

/** What was verified as JUnit XML: a suite for each plugin or loss, a case for each law. @param root files are named from here. */
export function junitReport({ subjects }: VerifyResult, root: string): string {
  const builder = reports.newBuilder().name('asl verify');
  for (const subject of subjects) {
    const { kind, name, file, untried } = subject;
    const title = printable(`${kind} ${name}`);
    const suite = builder.testSuite().name(title);
    if (untried !== undefined) suite.testCase().className(title).name('laws').skipped();
    const throws = sameThrows(subject.reports);
    for (const report of subject.reports) {
      const test = suite
        .testCase()
        .className(title)
        .name(printable(`${report.law}: ${report.statement}`));
      if (file !== undefined) test.file(printable(relative(root, file)));
      if (report.status === 'skipped') test.skipped();
      if (report.status === 'broken') {
        const same = throws.standsFor(report);
        const [message = '', ...details] = describeBroken(subject, report, throws.others(report));
        if (same === undefined) test.failure(printable(message), 'law').stacktrace(printableLines(details.join('\n')));
        else test.failure(`the same as in "${same}"`, 'law');
      }
    }
  }
  return builder.build();
}
