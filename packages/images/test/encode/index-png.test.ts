import { fc, test } from '@fast-check/vitest';
import { decode } from 'fast-png';
import { describe, expect } from 'vitest';
import { type Color, decodeLabel, encodeIndexPng, pngText } from '../../src/index.ts';

const sized = <T>(values: (length: number) => fc.Arbitrary<T>) =>
  fc
    .tuple(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 20 }))
    .chain(([height, width]) =>
      fc.record({ height: fc.constant(height), width: fc.constant(width), data: values(height * width) }),
    );
const bytes = sized((length) => fc.uint8Array({ minLength: length, maxLength: length }));
const shorts = sized((length) => fc.uint16Array({ minLength: length, maxLength: length }));
const channel = fc.integer({ min: 0, max: 255 });
const color: fc.Arbitrary<Color> = fc.tuple(channel, channel, channel);
const palettes = fc.array(fc.tuple(fc.integer({ min: 0, max: 255 }), color)).map((entries) => new Map(entries));

describe('PNGs of indices', () => {
  test.prop([fc.oneof(bytes, shorts), fc.option(palettes, { nil: undefined })])(
    'are read back as the values that they were written of',
    async (pixels, palette) => {
      const png = encodeIndexPng(pixels, palette === undefined ? {} : { palette });
      const { height, width, channels, data } = await decodeLabel(png, 'a.png');
      expect({ height, width, channels }).toEqual({ height: pixels.height, width: pixels.width, channels: 1 });
      expect(Array.from(data)).toEqual(Array.from(pixels.data));
    },
  );

  test('have the colour of each value in their palette, and black for the others', () => {
    const pixels = { height: 1, width: 2, data: new Uint8Array([7, 200]) };
    const { palette, text } = decode(
      encodeIndexPng(pixels, { palette: new Map([[7, [1, 2, 3]]]), text: { Source: 'x' } }),
    );
    expect(palette).toHaveLength(256);
    expect([palette?.[7], palette?.[8]]).toEqual([
      [1, 2, 3],
      [0, 0, 0],
    ]);
    expect(text).toEqual({ Source: 'x' });
  });

  test('say their text as long as they are whole', () => {
    const png = encodeIndexPng({ height: 9, width: 9, data: new Uint8Array(81).fill(3) }, { text: { Source: 'abc' } });
    expect(pngText(png, 'Source')).toBe('abc');
    expect(pngText(png, 'Other')).toBeUndefined();
    expect(pngText(png.subarray(0, png.length - 9), 'Source')).toBeUndefined();
    for (let at = 0; at < png.length; at++) {
      const damaged = png.slice();
      damaged[at] = (damaged[at] as number) ^ 4;
      expect(pngText(damaged, 'Source') ?? 'none', `byte ${at}`).toBe('none');
    }
  });
});
