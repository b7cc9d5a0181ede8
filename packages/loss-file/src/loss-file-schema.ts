import { type Json, pluginUse } from '@auto-seg-loss/kernel';
import { z } from 'zod';
import type { CurvesTerm, HandMadeTerm } from './loss-file.ts';

/** A loss of curves alone. */
export const SINGLE = 'auto-seg-loss/1';
/** A sum of terms. */
export const SUM = 'auto-seg-loss/2';

/** As many as a sum on the command line has. */
const MOST_TERMS = 100;

const coordinate = z.number().min(0).max(1);
const json: z.ZodType<Record<string, Json>> = z.record(z.string(), z.json()) as z.ZodType<Record<string, Json>>;
const weight = z.number().refine((value) => {
  const held = Math.fround(value);
  return held > 0 && Number.isFinite(held);
}, 'a finite number above 0, in float32');

const curvesFields = {
  metric: pluginUse,
  surrogate: pluginUse,
  constraints: z.array(pluginUse),
  absent: z.enum(['zero', 'skip']).default('zero'),
  curves: z
    .array(z.strictObject({ name: z.string().min(1), points: z.array(z.tuple([coordinate, coordinate])).min(2) }))
    .min(1),
};

const origin = {
  theta: z.array(coordinate).exactOptional(),
  reward: json.exactOptional(),
  found: json.exactOptional(),
  sha256: z.string().exactOptional(),
};

/** How a loss came to be, beside what it is. */
export interface Origin {
  readonly theta?: readonly number[];
  readonly reward?: Readonly<Record<string, Json>>;
  readonly found?: Readonly<Record<string, Json>>;
  readonly sha256?: string;
}

/** A loss of curves alone. Whether they fit the metric and its constraints is checked when it is opened. */
export const singleSchema: z.ZodType<
  { readonly format: string } & Omit<CurvesTerm, 'weight' | 'temperature'> & Origin
> = z.strictObject({ format: z.enum([SINGLE, SUM]), ...curvesFields, ...origin });

/** A sum of terms, each of which `curvesTermSchema` or `handMadeTermSchema` checks. */
export const sumSchema: z.ZodType<{ readonly format: string; readonly terms: readonly unknown[] } & Origin> =
  z.strictObject({ format: z.literal(SUM), terms: z.array(z.unknown()).min(1).max(MOST_TERMS), ...origin });

export const curvesTermSchema: z.ZodType<CurvesTerm> = z.strictObject({
  weight,
  temperature: z.number().min(0.001).max(1000).default(1),
  ...curvesFields,
});

export const handMadeTermSchema: z.ZodType<HandMadeTerm> = z.strictObject({ weight, loss: pluginUse });
