import { naturalOrder } from '@auto-seg-loss/kernel';
import { fc, test } from '@fast-check/vitest';
import { describe, expect } from 'vitest';

describe('naturalOrder', () => {
  test('orders numbers by value; equal numbers by their zeros', () => {
    const names = [
      'a10b',
      'a2b',
      'a2',
      'a',
      'b1',
      'a002b',
      'a2c',
      '0016E5_07959',
      '0016E5_07961',
      '99999999999999999999',
      '100000000000000000000',
    ];
    expect([...names].sort(naturalOrder)).toEqual([
      '0016E5_07959',
      '0016E5_07961',
      '99999999999999999999',
      '100000000000000000000',
      'a',
      'a002b',
      'a2',
      'a2b',
      'a2c',
      'a10b',
      'b1',
    ]);
  });

  const name = fc.string({ unit: fc.constantFrom('0', '1', '9', 'a', '/'), maxLength: 6 });
  test.prop([name, name, name])('is an order', (a, b, c) => {
    expect(Math.sign(naturalOrder(a, b))).toBe(-Math.sign(naturalOrder(b, a)) || 0);
    expect(naturalOrder(a, b) === 0).toBe(a === b);
    if (naturalOrder(a, b) <= 0 && naturalOrder(b, c) <= 0) expect(naturalOrder(a, c)).toBeLessThanOrEqual(0);
  });
});
