import { fc, test } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import { windowStarts } from '../../src/prediction/window-starts.ts';

const cases = fc
  .record({
    window: fc.integer({ min: 1, max: 40 }),
    more: fc.nat(200),
    overlap: fc.double({ min: 0, max: 0.999, noNaN: true }),
  })
  .map(({ window, more, overlap }) => ({ window, length: window + more, overlap }));

describe('where windows begin', () => {
  test.prop([cases])('cover the axis, and overlap as asked but for rounding', ({ length, window, overlap }) => {
    const starts = windowStarts(length, window, overlap);
    expect(starts[0]).toBe(0);
    expect(starts.at(-1)).toBe(length - window);
    const steps = starts.slice(1).map((start, index) => start - (starts[index] ?? 0));
    for (const step of steps) {
      expect(step).toBeGreaterThan(0);
      expect(step).toBeLessThanOrEqual(Math.ceil(Math.max(1, window * (1 - overlap))));
    }
    // As equal as whole pixels can be.
    if (steps.length > 0) expect(Math.max(...steps) - Math.min(...steps)).toBeLessThanOrEqual(1);
    // No window less would do.
    expect((starts.length - 2) * Math.max(1, window * (1 - overlap))).toBeLessThan(Math.max(1, length - window));
  });

  test('are those that nnU-Net gives for its own example', () => {
    expect(windowStarts(110, 64, 0.5)).toEqual([0, 23, 46]);
  });

  test('are one where the window is as long as the axis', () => {
    expect(windowStarts(7, 7, 0.9)).toEqual([0]);
  });
});
