import { AslError, type Constraint, type Curve, type Surrogate } from '@auto-seg-loss/kernel';
import { lossTerms, openSearchedLoss } from '@auto-seg-loss/loss-expression';
import type { RunContext } from '@auto-seg-loss/plugin-host';

/**
 * The curves of the loss that a search starts from.
 * @param loss `published:NAME`, the path of a loss file or the folder of a search.
 * @param search.metric the plugin whose formula the search relaxes.
 * @throws AslError ASL_LOSS_MISMATCH for a loss of another metric, or whose curves the surrogate cannot draw under the
 *   constraints; what opening it throws.
 */
export async function startingCurves(
  loss: string,
  search: {
    readonly metric: string;
    readonly surrogate: Surrogate;
    readonly constraints: readonly Constraint[];
    readonly context: RunContext;
  },
): Promise<readonly Curve[]> {
  const { metric, surrogate, constraints, context } = search;
  const request = { context, from: context.baseDir };
  const [term, ...more] = await lossTerms(loss, request);
  if (term?.weight !== 1 || term.part.kind === 'plugin' || more.length > 0)
    throw mismatch(
      'a loss with curves of its own: published:NAME, a loss file, or the folder of a search',
      `"${loss}"`,
    );
  const { curves } = await openSearchedLoss(loss, { ...request, metric });
  const wanted = surrogate.decode(surrogate.start(constraints), constraints).points.length;
  for (const [index, curve] of curves.entries()) {
    const { points } = curve;
    if (points.length !== wanted) throw mismatch(`curves of ${wanted} control points`, `${points.length} in "${loss}"`);
    const [broken] = constraints.flatMap((constraint) => constraint.check(curve));
    if (broken !== undefined)
      throw mismatch(`curves that keep "${broken.constraint}"`, `curve ${index}: ${broken.message}`);
  }
  return curves;
}

function mismatch(expected: string, received: string): AslError {
  return new AslError('ASL_LOSS_MISMATCH', 'the search cannot start from this loss', {
    where: 'start',
    expected,
    received,
    remedy: 'use the surrogate and the constraints that it was found with, or start from straight lines (null)',
  });
}
