import { defaultClaims, type Metric, type PerClass, piecewiseCurve } from '@auto-seg-loss/kernel';
import { describe, expect, it } from 'vitest';
import { type EXPORT_TARGETS, exportLoss, traceLoss } from '../src/index.ts';

const line = piecewiseCurve([], [{ x0: 0, y0: 0, x1: 0.5, y1: 0.5, x2: 1, y2: 1 }]);

/** Operations and names that no metric of ours has: Python's keywords among them. */
const strange: Metric = {
  name: 'lambda',
  claims: defaultClaims,
  measure: (m, { prediction, label }) => ({
    class: m.sum(m.and('while', prediction, label), undefined, 'image'),
    import: m.sum(m.minus(label, prediction), undefined, 'image'),
  }),
  score: (s, sums) => {
    const twice = s.scale(2, sums.class as PerClass);
    return s.mean(s.clamp(s.minus(twice, sums.import as PerClass), 0, 1));
  },
};

const outlines: Metric = {
  name: 'outlines',
  claims: defaultClaims,
  measure: (m, { prediction, label }) => ({ hits: m.sum(m.and('hits', prediction, m.dilate(m.edge(label), 2))) }),
  score: (s, { hits }) => s.mean(hits as PerClass),
};

function written(to: (typeof EXPORT_TARGETS)[number], weights: readonly number[], metric = strange): string {
  const program = traceLoss({ metric, curves: [line], absent: 'zero' });
  const terms = weights.map((weight) => ({ weight, program }));
  return exportLoss(to, { name: 'StrangeLoss', header: ['A loss.'], terms, cases: [] });
}

describe('a PyTorch file', () => {
  it('calls sums otherwise than keywords, and each term by a name of its own', () => {
    const text = written('pytorch', [0.75, 0.25]);
    expect(text).toContain('def lambda_sums(prediction, label, valid):');
    expect(text).toContain('def lambda_sums_2(prediction, label, valid):');
    expect(text).toContain('    return class_sum, import_sum\n');
    expect(text).toContain('loss = 0.75 * (1 - lambda_score(*sums[0:2]))');
    expect(text).toContain('loss = loss + 0.25 * (1 - lambda_score_2(*sums[2:4]))');
    expect(text).toContain('OF_IMAGES = (True, True, True, True, False)');
  });

  it('takes the curve of the true class alone where a prediction meets the label', () => {
    expect(written('pytorch', [1])).toContain('_and_label(prediction, label, WHILE)');
    expect(written('pytorch', [1], outlines)).not.toContain('= _and_label(');
  });

  it('refuses volumes where the metric looks at outlines, and nowhere else', () => {
    expect(written('pytorch', [1], outlines)).toContain('if logits.dim() != 4:');
    expect(written('pytorch', [1])).toContain('if logits.dim() < 3:');
  });

  it('cuts images into rows, where the metric looks at single pixels', () => {
    expect(written('pytorch', [1])).toContain('tensor.chunk(parts,');
    expect(written('pytorch', [1], outlines)).not.toContain('tensor.chunk(');
  });

  it.each(['pytorch', 'monai', 'mmseg', 'nnunet'] as const)(
    'imports for %s what it uses, in lines of 100 columns',
    (to) => {
      const text = written(to, [1]);
      expect(text).not.toContain('import math');
      expect(text).toMatch(/^class StrangeLoss\(/m);
      expect(text.split('\n').filter((each) => each.length > 100)).toEqual([]);
    },
  );
});
