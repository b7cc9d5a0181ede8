import type { Metric } from '@auto-seg-loss/kernel';
import { type Loss, weightedSum } from '@auto-seg-loss/ops';
import type { RunContext } from '@auto-seg-loss/plugin-host';
import { relaxedLoss } from '@auto-seg-loss/relaxed';
import type { Run } from '../container/assemble-run.ts';
import type { LossSpace, SpacePart } from '../container/loss-space.ts';

/** What losses of a space are made of. */
export interface SpaceLosses {
  /** What curves relax. */
  readonly formula: Metric;
  readonly space: LossSpace;
  readonly context: RunContext;
  /** Of the training pixels, one for each class; undefined where no loss depends on them. */
  readonly shares: readonly number[] | undefined;
}

export async function spaceLosses(run: Run, shares: readonly number[] | undefined): Promise<SpaceLosses> {
  return { formula: await run.formula, space: await run.space, context: run.context, shares };
}

/** The loss at θ: the sum of its parts. @throws AslError as a plugin does whose options are refused. */
export async function lossAt(
  { formula, space, context, shares }: SpaceLosses,
  theta: readonly number[],
): Promise<Loss> {
  const parts = space.parts(theta, shares).filter(({ weight }) => weight > 0);
  const made = await Promise.all(parts.map((part) => partLoss(formula, part, context)));
  return lossOfParts(formula.name, parts, made);
}

/** A part by itself, without its weight. */
export async function partLoss(formula: Metric, part: SpacePart, context: RunContext): Promise<Loss> {
  if ('use' in part) return part.known.loss.make(part.use, context);
  const { curves, absent, temperature } = part.curves;
  return relaxedLoss(formula, curves, { absent, temperature });
}

/** Σ weight · value; of a single part all of whose weight it has, that part itself. @param made the loss of each part. */
export function lossOfParts(name: string, parts: readonly SpacePart[], made: readonly Loss[]): Loss {
  const weighted = parts.flatMap(({ weight }, index) => (weight > 0 ? [{ weight, loss: made[index] as Loss }] : []));
  const [first, ...more] = weighted;
  if (first === undefined) throw new TypeError('weights that add up to 1 are not all 0');
  return first.weight === 1 && more.length === 0 ? first.loss : weightedSum(`mix with ${name}`, weighted);
}
