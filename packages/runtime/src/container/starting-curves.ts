import { resolve } from 'node:path';
import { AslError, type Constraint, type Curve, type Surrogate } from '@auto-seg-loss/kernel';
import type { RunContext } from '@auto-seg-loss/plugin-host';
import { isSearched, openSearchedLoss } from '../loss-file/resolve-loss.ts';

/**
 * The curves of the loss that a search starts from.
 * @param loss `published:NAME` or the path of a loss file.
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
  if (!isSearched(loss)) throw mismatch('a loss with curves: published:NAME, or a loss file', loss);
  const path = loss.endsWith('.json') ? resolve(context.baseDir, loss) : loss;
  const { curves } = await openSearchedLoss(path, { context, metric });
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
