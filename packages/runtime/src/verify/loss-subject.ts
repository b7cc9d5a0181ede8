import { readFormula } from '@auto-seg-loss/formula';
import type { LocatedLoss } from '@auto-seg-loss/loss-expression';
import { curveSpace } from '../container/search-space.ts';
import type { Subject } from './subject.ts';

/**
 * The curves of a searched or published loss, to be verified.
 * @param target arguments of `asl verify` that mean them.
 */
export function lossSubject(
  name: string,
  target: readonly string[],
  { file, term, path, metric, surrogate, constraints, curves }: LocatedLoss,
): Subject {
  return {
    kind: 'searched loss',
    name,
    target,
    file: path,
    options: undefined,
    laws: async () => {
      const { searchedLossLaws } = await import('@auto-seg-loss/testing');
      const { theta } = file;
      const space = curveSpace(readFormula(metric).slots, surrogate, constraints);
      const { absent, temperature } = term;
      const laws = searchedLossLaws({
        name,
        metric,
        constraints,
        absent,
        temperature,
        curves: curves.map((curve, index) => ({ name: term.curves[index]?.name ?? '', curve })),
        // The coordinates of its curves are the first of them.
        decoded: theta === undefined ? undefined : space.decode(theta),
      });
      return { laws };
    },
  };
}
