import { defaultClaims, type Metric, type PerClass, piecewiseCurve } from '@auto-seg-loss/kernel';
import { describe, expect, it } from 'vitest';
import {
  checkExportName,
  EXPORT_TARGETS,
  type ExportTarget,
  exportLoss,
  suggestedName,
  traceLoss,
} from '../src/index.ts';

const line = piecewiseCurve([], [{ x0: 0, y0: 0, x1: 0.5, y1: 0.5, x2: 1, y2: 1 }]);

/** Needs much of what files have. */
const metric: Metric = {
  name: 'outlines',
  claims: defaultClaims,
  measure: (m, { prediction, label }) => ({
    hits: m.sum(m.and('hits', prediction, m.dilate(m.edge(label), { diagonal: 0.1 })), undefined, 'image'),
    all: m.sum(label, m.anyClass(m.dilate(label, 1)), 'image'),
  }),
  score: (s, { hits, all }) => s.mean(s.meanOverImages(s.clamp(s.ratio(hits as PerClass, all as PerClass), 0, 1))),
};

function written(to: ExportTarget, name: string): string {
  const terms = [{ weight: 1, program: traceLoss({ metric, curves: [line], absent: 'skip' }) }];
  return exportLoss(to, { name, header: ['A loss.'], terms, cases: [] });
}

/** What a file binds at its top, as often as it does. */
function bound(text: string): readonly string[] {
  const declared = text.matchAll(/^(?:export )?(?:async )?(?:class|def|function|const) (\w+)|^([A-Za-z]\w*) = /gm);
  const imported = text.matchAll(/^(?:from \S+ )?import (?:[\w.* ]+ as )?([\w., ]+?)(?: from .*)?$/gm);
  return [
    ...Array.from(declared, ([, one, other]) => (one ?? other) as string),
    ...Array.from(imported, ([, names]) =>
      (names as string).split(', ').map((name) => name.split('.')[0] as string),
    ).flat(),
  ];
}

describe.each(EXPORT_TARGETS)('a file for %s', (to) => {
  it('binds its names once, whatever of them the loss is called', () => {
    const own = bound(written(to, suggestedName(to, 'outlines')));
    expect(own.length).toBeGreaterThan(10);
    const clashes = own.filter((name) => {
      try {
        checkExportName(to, name);
      } catch {
        return false;
      }
      return bound(written(to, name)).filter((other) => other === name).length > 1;
    });
    expect(clashes).toEqual([]);
  });
});
