import { readFormula } from '@auto-seg-loss/formula';
import { openSearchedLoss } from '@auto-seg-loss/loss-expression';
import type { RunContext } from '@auto-seg-loss/plugin-host';
import { curveSpace } from '../container/search-space.ts';
import type { Subject } from './subject.ts';

/** A searched or published loss to be verified. @throws AslError as `openSearchedLoss`. */
export async function lossSubject(spec: string, cwd: string, context: RunContext): Promise<Subject> {
  const { file, term, path, metric, surrogate, constraints, curves } = await openSearchedLoss(spec, { context, cwd });
  return {
    kind: 'searched loss',
    name: spec,
    target: [spec],
    file: path,
    options: undefined,
    laws: async () => {
      const { searchedLossLaws } = await import('@auto-seg-loss/testing');
      const { theta } = file;
      const space = curveSpace(readFormula(metric).slots, surrogate, constraints);
      const laws = searchedLossLaws({
        name: spec,
        metric,
        constraints,
        absent: term.absent,
        curves: curves.map((curve, index) => ({ name: term.curves[index]?.name ?? '', curve })),
        decoded: theta === undefined ? undefined : space.decode(theta),
      });
      return { laws };
    },
  };
}
