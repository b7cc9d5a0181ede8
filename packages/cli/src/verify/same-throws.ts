import type { LawReport } from '@auto-seg-loss/testing';

export type BrokenReport = LawReport & { readonly status: 'broken' };

/** Which laws of a subject are broken by one thing that is thrown at one place: it is told of the first of them. */
export interface SameThrows {
  /** The other laws that what breaks this one breaks too; empty for one that another stands for. */
  others(report: BrokenReport): readonly string[];
  /** The law that stands for this one; undefined where it stands for itself. */
  standsFor(report: BrokenReport): string | undefined;
}

export function sameThrows(reports: readonly LawReport[]): SameThrows {
  const byPlace = new Map<string, BrokenReport[]>();
  for (const report of reports) {
    if (report.status !== 'broken' || report.counterexample.thrown === undefined) continue;
    const { thrown } = report.counterexample;
    byPlace.set(thrown, [...(byPlace.get(thrown) ?? []), report]);
  }
  const groupOf = (report: BrokenReport): readonly BrokenReport[] =>
    byPlace.get(report.counterexample.thrown ?? '') ?? [report];
  return {
    others: (report) => {
      const [first, ...others] = groupOf(report);
      return first === report ? others.map(({ law }) => law) : [];
    },
    standsFor: (report) => {
      const [first] = groupOf(report);
      return first === report ? undefined : first?.law;
    },
  };
}
