import { type Json, type PluginUse, type Point, pluginUse } from '@auto-seg-loss/kernel';
import { z } from 'zod';

/** A searched loss, as `loss.json` holds it. */
export interface LossFile {
  readonly format: 'auto-seg-loss/1';
  /** The metric whose formula the curves relax; `reward.metric` says which one the loss was searched for. */
  readonly metric: PluginUse;
  readonly surrogate: PluginUse;
  readonly constraints: readonly PluginUse[];
  /** How classes that are absent from a batch count. */
  readonly absent: 'zero' | 'skip';
  /** One for each relaxed operation's soft input, in the order of the metric's formula. */
  readonly curves: readonly NamedCurve[];
  /** The point of the unit cube that decodes to the curves; hand-made losses have none. */
  readonly theta?: readonly number[];
  /** What the loss reached where it was found. */
  readonly reward?: Readonly<Record<string, Json>>;
  /** How it was found: searcher, seed, round, trial, proxy task. */
  readonly found?: Readonly<Record<string, Json>>;
  /** SHA-256 of the canonical JSON of everything else; without it the file counts as hand-made. */
  readonly sha256?: string;
}

/** Control points of a curve, from left to right, both ends included. */
export interface NamedCurve {
  readonly name: string;
  readonly points: readonly Point[];
}

const coordinate = z.number().min(0).max(1);
const json: z.ZodType<Record<string, Json>> = z.record(z.string(), z.json()) as z.ZodType<Record<string, Json>>;

/** The shape of a loss file; whether its curves fit the metric and its constraints is checked when it is opened. */
export const lossFileSchema: z.ZodType<LossFile> = z.strictObject({
  format: z.literal('auto-seg-loss/1'),
  metric: pluginUse,
  surrogate: pluginUse,
  constraints: z.array(pluginUse),
  absent: z.enum(['zero', 'skip']).default('zero'),
  curves: z
    .array(z.strictObject({ name: z.string().min(1), points: z.array(z.tuple([coordinate, coordinate])).min(2) }))
    .min(1),
  theta: z.array(coordinate).exactOptional(),
  reward: json.exactOptional(),
  found: json.exactOptional(),
  sha256: z.string().exactOptional(),
});
