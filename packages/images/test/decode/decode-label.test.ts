import { isAslError } from '@auto-seg-loss/kernel';
import { fc, test } from '@fast-check/vitest';
import { encode } from 'fast-png';
import sharp from 'sharp';
import { describe, expect } from 'vitest';
import { decodeLabel } from '../../src/index.ts';

const side = fc.integer({ min: 1, max: 24 });

/** Values below `count` in a picture of some size. */
function picture(count: number) {
  return fc.tuple(side, side).chain(([height, width]) =>
    fc.record({
      height: fc.constant(height),
      width: fc.constant(width),
      values: fc.array(fc.nat({ max: count - 1 }), { minLength: height * width, maxLength: height * width }),
    }),
  );
}

/** Packs values into bits, the first into the highest, each row from a byte on. */
function pack(values: readonly number[], width: number, depth: number): Uint8Array {
  const rows = Array.from({ length: values.length / width }, (_, y) => values.slice(y * width, (y + 1) * width));
  return Uint8Array.from(
    rows.flatMap((row) => {
      const bits = row.map((value) => value.toString(2).padStart(depth, '0')).join('');
      return (bits.match(/.{1,8}/g) ?? []).map((byte) => Number.parseInt(byte.padEnd(8, '0'), 2));
    }),
  );
}

describe('labels that libraries write come back as they were', () => {
  const depths = fc.constantFrom<1 | 2 | 4 | 8>(1, 2, 4, 8);

  test.prop([depths.chain((depth) => fc.tuple(fc.constant(depth), picture(2 ** depth))), fc.boolean()])(
    'PNG of 1 to 8 bits, grey or with a palette',
    async ([depth, { height, width, values }], withPalette) => {
      const palette = Array.from(
        { length: 2 ** depth },
        (_, i) => [255 - i, (i * 7) % 256, (i * 13) % 256] as [number, number, number],
      );
      const image = { width, height, data: pack(values, width, depth), depth, channels: 1 as const };
      const label = await decodeLabel(encode(withPalette ? { ...image, palette } : image), 'x.png');
      expect(label).toMatchObject({ height, width, slices: 1, channels: 1 });
      expect(label.kind).toBe(`${withPalette ? 'palette' : 'grey'} PNG, ${depth} bit${depth === 1 ? '' : 's'}`);
      expect([...label.data]).toEqual(values);
      expect(label.palette && [...label.palette]).toEqual(withPalette ? palette.flat() : undefined);
    },
  );

  test.prop([picture(65536)])('PNG of 16 bits', async ({ height, width, values }) => {
    const png = encode({ width, height, data: Uint16Array.from(values), depth: 16, channels: 1 });
    expect([...(await decodeLabel(png, 'x.png')).data]).toEqual(values);
  });

  test.prop([
    picture(256),
    fc.record({
      compression: fc.constantFrom<'none' | 'lzw' | 'deflate' | 'packbits'>('none', 'lzw', 'deflate', 'packbits'),
      predictor: fc.constantFrom<'none' | 'horizontal'>('none', 'horizontal'),
      tile: fc.boolean(),
      tileWidth: fc.constant(16),
      tileHeight: fc.constant(16),
      bigtiff: fc.boolean(),
    }),
  ])('TIFF', async ({ height, width, values }, options) => {
    const grey = sharp(Uint8Array.from(values), { raw: { width, height, channels: 1 } }).toColourspace('b-w');
    expect([...(await decodeLabel(await grey.tiff(options).toBuffer(), 'x.tif')).data]).toEqual(values);
  });

  test.prop([picture(16), fc.constantFrom('png', 'gif'), fc.boolean()])(
    'colours of palette PNG and GIF, interlaced or not',
    async ({ height, width, values }, format, progressive) => {
      const colours = values.flatMap((value) => [value * 16, 255 - value, (value * 37) % 256]);
      const image = sharp(Uint8Array.from(colours), { raw: { width, height, channels: 3 } });
      const file = await (format === 'png'
        ? image.png({ palette: true, progressive, dither: 0, quality: 100 })
        : image.gif({ progressive, dither: 0 })
      ).toBuffer();
      const { data, palette } = await decodeLabel(file, `x.${format}`);
      expect([...data].flatMap((index) => [...(palette?.subarray(3 * index, 3 * index + 3) ?? [])])).toEqual(colours);
    },
  );
});

describe('what a label is', () => {
  const rgb = (data: readonly number[]) =>
    encode({ width: data.length / 3, height: 1, data: Uint8Array.from(data), depth: 8, channels: 3 });

  test('its first bytes say, not its ending', async () => {
    const png = encode({ width: 1, height: 1, data: Uint8Array.of(7), depth: 8, channels: 1 });
    expect([...(await decodeLabel(png, 'x.nii.gz')).data]).toEqual([7]);
  });

  test('RGB keeps its colours; RGB whose pixels are all grey is one channel, and says so', async () => {
    const coloured = await decodeLabel(rgb([1, 2, 3, 4, 4, 4]), 'x.png');
    expect(coloured).toMatchObject({ channels: 3, kind: 'RGB PNG, 8 bits' });
    expect([...coloured.data]).toEqual([1, 2, 3, 4, 4, 4]);
    const grey = await decodeLabel(rgb([1, 1, 1, 4, 4, 4]), 'x.png');
    expect(grey).toMatchObject({ channels: 1, rgb: true, kind: 'RGB (all pixels grey) PNG, 8 bits' });
    expect([...grey.data]).toEqual([1, 4]);
  });

  test('more pixels than are allowed are refused, naming the option', async () => {
    const png = encode({ width: 5, height: 4, data: new Uint8Array(20), depth: 8, channels: 1 });
    const error: unknown = await decodeLabel(png, 'x.png', { maximumPixels: 19 }).catch((reason) => reason);
    expect(isAslError(error) && error.format()).toMatch(/x\.png.*4 × 5.*raise maximumPixels, which is 19/s);
    expect((await decodeLabel(png, 'x.png', { maximumPixels: 20 })).data).toHaveLength(20);
  });
});
