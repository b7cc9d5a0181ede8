import type { Constraint, Curve, PluginKind, PluginProducts, PluginUse } from '@auto-seg-loss/kernel';
import { type CurvesTerm, curvesOf, type LossParts } from '@auto-seg-loss/loss-file';
import { checkPlugin, type RunContext } from '@auto-seg-loss/plugin-host';

/** Curves of a loss, checked, with what they are made of. */
export interface OpenedCurves extends LossParts {
  readonly term: CurvesTerm;
  readonly curves: readonly Curve[];
}

/**
 * Makes what a term with curves is made of and checks that they fit: each curve of the metric's formula is there, each has control
 * points of its surrogate, and each satisfies the constraints.
 * @param where the file, or the term of it, for messages.
 * @throws AslError ASL_LOSS_MISMATCH where the curves are of another metric; ASL_LOSS_INVALID naming curve and point; what
 *   finding the plugins throws.
 */
export async function openCurves(term: CurvesTerm, where: string, context: RunContext): Promise<OpenedCurves> {
  const make = async <K extends PluginKind>(kind: K, use: PluginUse, at: string): Promise<PluginProducts[K]> =>
    (await checkPlugin({ kind, use, where: `${at} in ${where}` }, context)).make(context);
  const metric = await make('metric', term.metric, 'metric');
  const surrogate = await make('surrogate', term.surrogate, 'surrogate');
  const constraints: Constraint[] = [];
  for (const [index, use] of term.constraints.entries())
    constraints.push(await make('constraint', use, `constraints[${index}]`));
  const parts = { metric, surrogate, constraints };
  return { term, ...parts, curves: curvesOf(term, parts, where) };
}
