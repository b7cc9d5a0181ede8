import { z } from 'zod';
import { AslError } from './errors.ts';
import type { RandomState } from './random.ts';
import type { Json, Proposal } from './searcher.ts';

/** A generator's state inside a snapshot. */
export const randomStateSchema: z.ZodType<RandomState> = z.strictObject({
  key: z.string(),
  words: z.array(z.int32()).length(4),
});

/** Numbers in [0, 1], as many as the space has dimensions. */
export function thetaSchema(dimensions: number): z.ZodType<readonly number[]> {
  return z.array(z.number().min(0).max(1)).length(dimensions);
}

/** The round that was asked for and not told yet; null between rounds. */
export function pendingSchema(dimensions: number, samples: number): z.ZodType<readonly Proposal[] | null> {
  return z
    .array(z.strictObject({ theta: thetaSchema(dimensions) }))
    .length(samples)
    .nullable();
}

/**
 * Reads a searcher's snapshot from the store.
 *
 * @throws AslError ASL_STATE_CORRUPT naming the field that is not what this searcher, with its options and space, writes.
 */
export function readSnapshot<T>(searcher: string, schema: z.ZodType<T>, state: Json): T {
  const parsed = schema.safeParse(state);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const path = issue === undefined ? [] : issue.path;
  throw new AslError('ASL_STATE_CORRUPT', `the stored state of searcher "${searcher}" does not fit its options`, {
    where: ['snapshot', ...path].join('.'),
    expected: issue?.message ?? 'a snapshot of this searcher',
    remedy: 'resume with the config that started the run, or start a new run in another folder',
  });
}
