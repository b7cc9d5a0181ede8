import { fromShares, toShares } from '@auto-seg-loss/kernel';
import { fc, test } from '@fast-check/vitest';
import { describe, expect } from 'vitest';

const unit = fc.oneof(fc.double({ min: 0, max: 1, noNaN: true }), fc.constantFrom(0, 1, 1e-9, 1 - 1e-9));
const shares = fc.array(unit, { maxLength: 8 });

describe('shares of what remains', () => {
  test.prop([shares])('what is left after each is the product of what each leaves', (given) => {
    fromShares(given).forEach((value, index) => {
      const left = given.slice(0, index + 1).reduce((rest, share) => rest * (1 - share), 1);
      expect(1 - value).toBeCloseTo(left, 12);
    });
  });

  test.prop([fc.array(unit, { maxLength: 8 })])('ascending values have shares that give them back', (values) => {
    const ascending = [...values].sort((a, b) => a - b);
    const back = fromShares(toShares(ascending));
    expect(back).toHaveLength(ascending.length);
    ascending.forEach((value, index) => {
      expect(back[index]).toBeCloseTo(value, 12);
    });
  });

  test.prop([fc.array(fc.double({ min: -2, max: 2, noNaN: true }), { maxLength: 8 })])(
    'are shares whatever the values',
    (values) => {
      for (const share of toShares(values)) {
        expect(share).toBeGreaterThanOrEqual(0);
        expect(share).toBeLessThanOrEqual(1);
      }
    },
  );

  test('of nothing are 0', () => {
    expect(toShares([0.25, 1, 1, 1])).toEqual([0.25, 1, 0, 0]);
  });
});
