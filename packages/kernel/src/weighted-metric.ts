import type { MeasureAlgebra, Metric, PerClass } from './metric.ts';
import { commonClaims, defaultClaims } from './metric-claims.ts';

/** A metric in a weighted mean. */
export interface MetricPart {
  readonly metric: Metric;
  /** Above 0; relative to those of the other parts. */
  readonly weight: number;
}

/**
 * The weighted mean of metrics, as one metric: one objective of a search, and one loss. It is Σ weight·value / Σ weight, so
 * that it stays in [0, 1]; parts that are absent are left out. The operations of each part keep curves of their own, named
 * for the part: `miou.intersection`, and `biou-2.union` for the second `biou`.
 */
export function weightedMetric(name: string, parts: readonly MetricPart[]): Metric {
  const labels = labelsOf(parts);
  const labelled = parts.map((part, index) => ({ ...part, label: labels[index] as string }));
  return {
    name,
    claims: commonClaims(parts.map(({ metric }) => metric.claims ?? defaultClaims)),
    measure: (algebra, inputs) =>
      Object.fromEntries(
        labelled.flatMap(({ metric, label }) =>
          Object.entries(metric.measure(withNames(algebra, label), inputs)).map(
            ([sum, value]) => [`${label}.${sum}`, value] as const,
          ),
        ),
      ),
    score: (algebra, sums) =>
      algebra.combine(
        labelled.map(({ metric, weight, label }) => ({ score: metric.score(algebra, sumsOf(sums, label)), weight })),
      ),
  };
}

/** The parts' names, with a number from the second of a name on: one that no part has yet, whatever parts are called. */
function labelsOf(parts: readonly MetricPart[]): readonly string[] {
  const taken = new Set<string>();
  for (const { metric } of parts) {
    let label = metric.name;
    for (let number = 2; taken.has(label); number++) label = `${metric.name}-${number}`;
    taken.add(label);
  }
  return [...taken];
}

function withNames(algebra: MeasureAlgebra, label: string): MeasureAlgebra {
  return {
    ...algebra,
    and: (name, a, b) => algebra.and(`${label}.${name}`, a, b),
    or: (name, a, b) => algebra.or(`${label}.${name}`, a, b),
  };
}

function sumsOf(sums: Readonly<Record<string, PerClass>>, label: string): Record<string, PerClass> {
  const prefix = `${label}.`;
  return Object.fromEntries(
    Object.entries(sums).flatMap(([key, value]) => (key.startsWith(prefix) ? [[key.slice(prefix.length), value]] : [])),
  );
}
