import type { LossFileTerm } from '@auto-seg-loss/loss-file';
import { termsText } from '@auto-seg-loss/runtime';
import { expect, test } from 'vitest';

const curves: LossFileTerm = {
  weight: 0.31749,
  temperature: 1.23456,
  absent: 'skip',
  metric: { use: 'miou' },
  surrogate: { use: 'bezier' },
  constraints: [],
  curves: [],
};
const tversky: LossFileTerm = { weight: 0.68251, loss: { use: 'tversky', alpha: 0.3, beta: 0.7, gamma: 1 } };
const mix = [{ use: 'tversky', alpha: [0.1, 0.9], beta: 0.7 }] as const;

test('a loss is told by its terms, with what was searched of each', () => {
  const plain = { mix: [], temperature: null, absent: 'zero', searchSpace: null } as const;
  expect(termsText([{ ...curves, weight: 1 }], plain)).toBe('curves of miou');
  expect(termsText([curves, tversky], { ...plain, mix, temperature: [0.5, 2], absent: 'search' })).toBe(
    '0.3175 × curves of miou (temperature 1.235, absent classes left out) + 0.6825 × tversky (alpha 0.3)',
  );
  const searchSpace = { use: 'focal', classWeights: { exponent: [0, 1] } } as const;
  const focal = { weight: 1, loss: { use: 'focal', gamma: 2, classWeights: [0.40001, 1.6] } };
  expect(termsText([focal], { ...plain, searchSpace })).toBe('focal (classWeights 0.4 1.6)');
});
