import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { IGNORE_LABEL } from '@auto-seg-loss/kernel';
import { test } from '@fast-check/vitest';
import * as fc from 'fast-check';
import { encode } from 'fast-png';
import sharp from 'sharp';
import { describe, expect } from 'vitest';
import { decodeImage } from '../src/decode-image.ts';
import { decodeLabel } from '../src/decode-label.ts';
import { colourPng, failure, greyPng, open, PLAIN, plainFolders, temporaryFolder, write } from './fixtures.ts';

describe('images', () => {
  test('RGB pixels arrive as they are', async () => {
    const root = await temporaryFolder();
    await write(root, plainFolders());
    const sample = await (await open(root)).train.read(1);
    expect([sample.height, sample.width]).toEqual([4, 6]);
    expect([...sample.image.subarray((2 * 6 + 5) * 3, (2 * 6 + 5) * 3 + 3)]).toEqual([2, 5, 2]);
    expect(sample.image).toHaveLength(4 * 6 * 3);
  });

  test('grey becomes RGB, alpha is dropped and 16 bits become 8', async () => {
    const grey = await decodeImage(
      greyPng(1, 3, (_, x) => 40 * x),
      'grey.png',
    );
    expect([...grey.data]).toEqual([0, 0, 0, 40, 40, 40, 80, 80, 80]);
    const clear = encode({ width: 1, height: 1, data: Uint8Array.of(9, 8, 7, 0), depth: 8, channels: 4 });
    expect([...(await decodeImage(clear, 'clear.png')).data]).toEqual([9, 8, 7]);
    const wide = encode({ width: 2, height: 1, data: Uint16Array.of(0x1234, 0xfe01), depth: 16, channels: 1 });
    expect([...(await decodeImage(wide, 'wide.png')).data]).toEqual([0x12, 0x12, 0x12, 0xfe, 0xfe, 0xfe]);
  });

  test('a JPEG keeps the size that it is stored in, whatever its orientation says', async () => {
    const jpeg = await sharp(colourPng(4, 6, 9))
      .withMetadata({ orientation: 6 })
      .jpeg()
      .toBuffer();
    const { height, width } = await decodeImage(jpeg, 'turned.jpg');
    expect([height, width]).toEqual([4, 6]);
  });

  test.each(['png', 'jpeg', 'webp', 'tiff'] as const)('a truncated %s is refused', async (format) => {
    // Noise, so that half a file cannot hold the whole image.
    const pixels = Uint8Array.from({ length: 64 * 64 * 3 }, (_, i) => (i * i * 2654435761) >>> 24);
    const whole = await sharp(pixels, { raw: { width: 64, height: 64, channels: 3 } })
      .toFormat(format)
      .toBuffer();
    const error = await failure(decodeImage(whole.subarray(0, whole.length / 2), `x.${format}`));
    expect(error.code).toBe('ASL_DATA_INVALID');
    expect(error.details.where).toBe(`x.${format}`);
    expect(error.details.received).toContain(`${Math.floor(whole.length / 2)} bytes`);
  });

  test('an empty file and one that is no image are refused', async () => {
    for (const bytes of [new Uint8Array(), new TextEncoder().encode('version https://git-lfs.github.com/spec/v1')]) {
      expect((await failure(decodeImage(bytes, 'x.png'))).code).toBe('ASL_DATA_INVALID');
    }
  });
});

describe('labels', () => {
  // Independent of the packing under test: every value is written to its bits one by one, most significant first.
  function indexedPng(values: readonly number[], width: number, depth: 1 | 2 | 4 | 8): Promise<Uint8Array> {
    const palette = Array.from(
      { length: 2 ** depth },
      (_, i) => [255 - i, (i * 7) % 256, (i * 13) % 256] as [number, number, number],
    );
    const rows: number[] = [];
    for (let start = 0; start < values.length; start += width) {
      const bits = values
        .slice(start, start + width)
        .flatMap((value) => [...value.toString(2).padStart(depth, '0')].map(Number));
      while (bits.length % 8 !== 0) bits.push(0);
      for (let i = 0; i < bits.length; i += 8) rows.push(Number.parseInt(bits.slice(i, i + 8).join(''), 2));
    }
    return Promise.resolve(
      encode({ width, height: values.length / width, data: Uint8Array.from(rows), depth, channels: 1, palette }),
    );
  }

  test.prop([
    fc.constantFrom(1 as const, 2 as const, 4 as const, 8 as const),
    fc.integer({ min: 1, max: 19 }),
    fc.integer({ min: 1, max: 4 }),
    fc.infiniteStream(fc.nat()),
  ])('palette PNGs of any depth give indices, not colours', async (depth, width, height, stream) => {
    const values = Array.from({ length: width * height }, () => (stream.next().value as number) % 2 ** depth);
    const label = decodeLabel(await indexedPng(values, width, depth), 'x.png');
    expect([label.height, label.width]).toEqual([height, width]);
    expect([...label.data]).toEqual(values);
  });

  test('an interlaced label gives the same values; one of less than 8 bits is refused', async () => {
    const values = (y: number, x: number) => y * 13 + x;
    const interlaced = await sharp(greyPng(9, 13, values))
      .toColourspace('b-w')
      .png({ progressive: true })
      .toBuffer();
    expect(interlaced[28]).toBe(1);
    expect(decodeLabel(interlaced, 'a').data).toEqual(Uint8Array.from({ length: 9 * 13 }, (_, i) => i));
    const small = await sharp(greyPng(9, 13, (_, x) => (x % 2) * 255))
      .png({ palette: true, colours: 2, progressive: true })
      .toBuffer();
    expect(() => decodeLabel(small, 'b')).toThrow('interlaced');
  });

  test('ignored values become the ignore label, classes stay', async () => {
    const root = await temporaryFolder();
    await write(root, { ...plainFolders(), 'val/labels/c.png': greyPng(4, 6, (y) => [0, 2, 3, 255][y] as number) });
    const sample = await (await open(root, { ...PLAIN, ignoreLabel: [3, 255] })).val.read(0);
    expect([...sample.label]).toEqual([0, 2, IGNORE_LABEL, IGNORE_LABEL].flatMap((v) => Array<number>(6).fill(v)));
  });

  const rejected = async (label: Uint8Array, options: Readonly<Record<string, unknown>> = PLAIN) => {
    const root = await temporaryFolder();
    await write(root, { ...plainFolders(), 'train/labels/b.png': label });
    const data = await open(root, options);
    await data.train.read(0);
    return { file: join(root, 'train/labels/b.png'), error: await failure(data.train.read(1)) };
  };

  test('a value beyond the classes: file, value, count, first pixel, and the ignore label as remedy', async () => {
    const { file, error } = await rejected(greyPng(4, 6, (y, x) => (y === 1 && x >= 2 ? 11 : 0)));
    expect(error.code).toBe('ASL_DATA_INVALID');
    expect(error.details.where).toBe(file);
    expect(error.details.expected).toBe('values from 0 to 2');
    expect(error.details.received).toBe('11 at 4 of 24 pixels, first at row 1, column 2');
    expect(error.details.remedy).toContain('set dataset.ignoreLabel to 11');
  });

  test('the remedy keeps values that are ignored already, and names the other unknown ones', async () => {
    const { error } = await rejected(
      greyPng(4, 6, (y) => [255, 7, 9, 0][y] as number),
      { ...PLAIN, ignoreLabel: 255 },
    );
    expect(error.details.received).toBe('7 at 6 of 24 pixels, first at row 1, column 0; also 9');
    expect(error.details.remedy).toContain('dataset.ignoreLabel to [255, 7]');
  });

  test('another size than the image', async () => {
    const { file, error } = await rejected(greyPng(6, 4));
    expect(error.code).toBe('ASL_DATA_INVALID');
    expect(error.details.where).toBe(file);
    expect(error.details.expected).toContain('6 × 4 pixels');
    expect(error.details.received).toBe('4 × 6 pixels');
  });

  test('colours in place of indices', async () => {
    const { file, error } = await rejected(colourPng(4, 6, 1));
    expect(error.code).toBe('ASL_DATA_INVALID');
    expect(error.details.where).toBe(file);
    expect(error.details.received).toBe('RGB, 8 bits a channel');
    const wide = encode({ width: 6, height: 4, data: new Uint16Array(24), depth: 16, channels: 1 });
    expect((await rejected(wide)).error.details.received).toBe('grey, 16 bits a channel');
  });

  test('a label PNG cut off anywhere is refused', async () => {
    const whole = greyPng(16, 16, (y, x) => (y * x) % 3);
    for (let length = 0; length < whole.length; length++) {
      expect(() => decodeLabel(whole.subarray(0, length), 'x.png')).toThrow('a label cannot be decoded');
    }
  });

  test('a label that is no PNG is told from a broken one', async () => {
    const jpeg = await sharp(colourPng(4, 6, 1))
      .jpeg()
      .toBuffer();
    expect((await rejected(jpeg)).error.details.remedy).toContain('must be PNG');
    expect((await rejected(greyPng(4, 6).subarray(0, 50))).error.details.received).toContain('ends too early');
  });
});

test('a file that cannot be read is named', async () => {
  const root = await temporaryFolder();
  await write(root, plainFolders());
  const data = await open(root);
  await rm(join(root, 'train/labels/a.png'));
  await mkdir(join(root, 'train/labels/a.png'));
  const error = await failure(data.train.read(0));
  expect(error.code).toBe('ASL_DATA_MISSING');
  expect(error.details.where).toBe(join(root, 'train/labels/a.png'));
  await writeFile(join(root, 'train/images/b.png'), 'text');
  expect((await failure(data.train.read(1))).details.where).toBe(join(root, 'train/images/b.png'));
});

test('a sample outside the split is refused', async () => {
  const root = await temporaryFolder();
  await write(root, plainFolders());
  expect((await failure((await open(root)).val.read(1))).code).toBe('ASL_ARGUMENT_INVALID');
});
