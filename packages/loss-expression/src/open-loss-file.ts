import type { Constraint, Curve, PluginKind, PluginProducts, PluginUse } from '@auto-seg-loss/kernel';
import { curvesOf, type LossFile, type LossParts } from '@auto-seg-loss/loss-file';
import { checkPlugin, type RunContext } from '@auto-seg-loss/plugin-host';

/** A searched loss with its parts made and its curves checked. */
export interface OpenedLoss extends LossParts {
  readonly file: LossFile;
  readonly curves: readonly Curve[];
}

/**
 * Makes the parts of a searched loss and checks that they fit: each curve of the metric's formula is there, each has control
 * points of its surrogate, and each satisfies the constraints.
 * @param where the file, for messages.
 * @throws AslError ASL_LOSS_MISMATCH where the curves are of another metric; ASL_LOSS_INVALID naming curve and point; what
 *   finding the plugins throws.
 */
export async function openLossFile(file: LossFile, where: string, context: RunContext): Promise<OpenedLoss> {
  const make = async <K extends PluginKind>(kind: K, use: PluginUse, at: string): Promise<PluginProducts[K]> =>
    (await checkPlugin({ kind, use, where: `${at} in ${where}` }, context)).make(context);
  const metric = await make('metric', file.metric, 'metric');
  const surrogate = await make('surrogate', file.surrogate, 'surrogate');
  const constraints: Constraint[] = [];
  for (const [index, use] of file.constraints.entries())
    constraints.push(await make('constraint', use, `constraints[${index}]`));
  const parts = { metric, surrogate, constraints };
  return { file, ...parts, curves: curvesOf(file, parts, where) };
}
