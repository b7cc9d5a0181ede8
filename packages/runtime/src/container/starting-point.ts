import { AslError, type Constraint, type Surrogate } from '@auto-seg-loss/kernel';
import { namedTerms, searchedTerm } from '@auto-seg-loss/loss-expression';
import type { CurvesTerm, LossFileTerm } from '@auto-seg-loss/loss-file';
import { isCurvesTerm } from '@auto-seg-loss/loss-file';
import type { RunContext } from '@auto-seg-loss/plugin-host';
import type { LossSpace } from './loss-space.ts';

/** What a search relaxes, and how. */
interface Searched {
  /** The plugin whose formula the search relaxes. */
  readonly metric: string;
  readonly surrogate: Surrogate;
  readonly constraints: readonly Constraint[];
  readonly context: RunContext;
}

/**
 * The point of the space at which a search starts from a loss that is known.
 * @param loss `published:NAME`, the path of a loss file or the folder of a search; where the space holds them, a hand-made loss
 *   or a sum.
 * @throws AslError ASL_LOSS_MISMATCH for a loss of another metric, whose curves the surrogate cannot draw under the constraints, or that
 *   is otherwise no point of the space; what opening it throws.
 */
export async function startingPoint(loss: string, space: LossSpace, searched: Searched): Promise<readonly number[]> {
  const { metric, context } = searched;
  const holdsSums = space.rivals.length > 0;
  const request = { context, from: context.baseDir };
  const terms = await namedTerms(loss, { ...request, ...(space.slots.length === 0 ? {} : { metric }) });
  const curves = terms.filter(isCurvesTerm);
  const expected = 'a loss with curves of its own: published:NAME, a loss file, or the folder of a search';
  // A space of curves alone starts from the curves of a loss that is more than them.
  const known = holdsSums || (await searchedTerm(loss, request)) !== undefined;
  if (!known || (!holdsSums && curves.length === 0)) throw mismatch(expected, `"${loss}"`);
  if (space.slots.length > 0) for (const term of curves) checkCurves(term, loss, searched);
  const alone = curves.map((term) => ({ ...term, weight: 1 }));
  const cool = alone.map((term) => ({ ...term, temperature: 1 }));
  const start = holdsSums ? space.encode(terms) : (space.encode(alone) ?? space.encode(cool));
  if (start !== undefined) return start;
  throw mismatch(`a point of what is searched: ${describe(space)}`, `${terms.map(inWords).join(' + ')} ("${loss}")`);
}

function checkCurves({ curves }: CurvesTerm, loss: string, { surrogate, constraints }: Searched): void {
  const wanted = surrogate.decode(surrogate.start(constraints), constraints).points.length;
  for (const [index, { points }] of curves.entries()) {
    if (points.length !== wanted) throw mismatch(`curves of ${wanted} control points`, `${points.length} in "${loss}"`);
    const curve = surrogate.fromPoints(points);
    const [broken] = constraints.flatMap((constraint) => constraint.check(curve));
    if (broken !== undefined)
      throw mismatch(`curves that keep "${broken.constraint}"`, `curve ${index}: ${broken.message}`);
  }
}

function describe({ slots, rivals }: LossSpace): string {
  const parts = [...(slots.length === 0 ? [] : ['curves']), ...rivals.map(({ name }) => name)];
  return `${parts.join(', ')}, with options in their ranges and weights that add up to 1`;
}

function inWords(term: LossFileTerm): string {
  const { weight } = term;
  if (!isCurvesTerm(term)) return `${weight} · ${JSON.stringify(term.loss)}`;
  return `${weight} · curves of ${term.metric.use} at the temperature ${term.temperature}, absent classes: ${term.absent}`;
}

function mismatch(expected: string, received: string): AslError {
  return new AslError('ASL_LOSS_MISMATCH', 'the search cannot start from this loss', {
    where: 'start',
    expected,
    received,
    remedy: 'use the surrogate and the constraints that it was found with, or start from straight lines (null)',
  });
}
