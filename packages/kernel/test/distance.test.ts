import { pixelsOf } from '@auto-seg-loss/kernel';
import { describe, expect, test } from 'vitest';

// A picture of 30 × 40 pixels has a diagonal of 50, one of 3 × 4 of 5.
describe('pixelsOf', () => {
  test('pixels are pixels, whatever the image', () => {
    expect(pixelsOf(0, 30, 40)).toBe(0);
    expect(pixelsOf(7, 3, 4)).toBe(7);
  });

  test.each([
    [0.1, 30, 40, 5],
    [0.1, 40, 30, 5],
    [0.44, 3, 4, 2],
    [0.56, 3, 4, 3],
    [1, 5, 12, 13],
  ])('%s of the diagonal of %s × %s is %s pixels', (diagonal, height, width, pixels) => {
    expect(pixelsOf({ diagonal }, height, width)).toBe(pixels);
  });

  test.each([
    [0.5, 2], // 2.5
    [0.7, 4], // 3.5
    [0.9, 4], // 4.5
  ])('halves are rounded to even, as Python does: %s of 5 is %s', (diagonal, pixels) => {
    expect(pixelsOf({ diagonal }, 3, 4)).toBe(pixels);
  });

  test('a share is at least a pixel', () => {
    expect(pixelsOf({ diagonal: 0.1 }, 3, 4)).toBe(1);
    expect(pixelsOf({ diagonal: 1e-9 }, 30, 40)).toBe(1);
  });
});
