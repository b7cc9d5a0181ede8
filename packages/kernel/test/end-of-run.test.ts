import { bytesOf, endOfRun } from '@auto-seg-loss/kernel';
import { fc, test } from '@fast-check/vitest';
import { describe, expect } from 'vitest';

describe('runs of equal pixels', () => {
  // Bytes are compared four at once, wherever they begin.
  test.prop([fc.array(fc.constantFrom(0, 1, 255), { minLength: 1, maxLength: 40 }), fc.nat(3), fc.nat(39), fc.nat(40)])(
    'end alike, whatever a pixel is stored in',
    (pixels, offset, from, less) => {
      const bytes = new Uint8Array(Uint8Array.from([...new Array<number>(offset).fill(1), ...pixels]).buffer, offset);
      const [start, limit] = [from % pixels.length, Math.max((from % pixels.length) + 1, pixels.length - less)];
      const end = pixels.findIndex((pixel, i) => i >= limit || (i > start && pixel !== pixels[start]));
      for (const map of [bytes, Uint16Array.from(bytes), Int32Array.from(bytes)]) {
        expect(endOfRun(map, bytesOf(map), start, limit)).toBe(end < 0 ? pixels.length : end);
      }
    },
  );
});
