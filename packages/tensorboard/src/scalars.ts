import type { TaggedValue } from './events.ts';

/** Of exact metrics, what is shown. */
interface Score {
  readonly value: number | null;
}

/** The metrics that have a value, under a tag each. */
export function metricScalars(group: string, metrics: unknown): readonly TaggedValue[] {
  if (typeof metrics !== 'object' || metrics === null) return [];
  return Object.entries(metrics as Readonly<Record<string, Score>>).flatMap(([name, score]) =>
    scalars(`${group}/${name}`, score.value),
  );
}

/** A value under a tag; nothing where there is none, or none that is finite. */
export function scalars(tag: string, value: number | null | undefined): readonly TaggedValue[] {
  return typeof value === 'number' && Number.isFinite(value) ? [{ tag, scalar: value }] : [];
}
