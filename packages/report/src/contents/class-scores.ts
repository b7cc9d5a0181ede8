/** A metric with its value by class, as it is stored beside a reward. */
export interface ClassScores {
  readonly value: number | null;
  readonly perClass: readonly (number | null)[];
}

/** Metrics by name, of what a store holds; nothing of what has another form. */
export function classScores(metrics: unknown): Readonly<Record<string, ClassScores>> {
  if (typeof metrics !== 'object' || metrics === null) return {};
  return Object.fromEntries(
    Object.entries(metrics).filter(([, score]) =>
      Array.isArray((score as { readonly perClass?: unknown } | null)?.perClass),
    ),
  );
}

/** The mean of each class over what has a value there, in percent; null for none. */
export function meanByClass(scores: readonly ClassScores[], classes: number): readonly (number | null)[] {
  return Array.from({ length: classes }, (_, c) => {
    const known = scores.flatMap(({ perClass }) => (typeof perClass[c] === 'number' ? [perClass[c]] : []));
    return known.length === 0 ? null : (100 * known.reduce((sum, value) => sum + value, 0)) / known.length;
  });
}
