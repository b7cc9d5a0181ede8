import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { IGNORE_LABEL } from '@auto-seg-loss/kernel';
import { encode } from 'fast-png';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { colourPng, failure, greyPng, temporaryFolder, write } from '../../../packages/samples/test/fixtures.ts';
import { open, PLAIN, plainFolders } from './fixtures.ts';

describe('images', () => {
  test('RGB pixels arrive as they are', async () => {
    const root = await temporaryFolder();
    await write(root, plainFolders());
    const sample = await (await open(root)).train.read(1);
    expect([sample.height, sample.width]).toEqual([4, 6]);
    expect([...sample.image.subarray((2 * 6 + 5) * 3, (2 * 6 + 5) * 3 + 3)]).toEqual([2, 5, 2]);
    expect(sample.image).toHaveLength(4 * 6 * 3);
  });

  test('the orientation of a camera is applied where the label has the turned size, and said where it is not', async () => {
    const turned = await sharp(colourPng(4, 6, 9))
      .withMetadata({ orientation: 6 })
      .jpeg()
      .toBuffer();
    const root = await temporaryFolder();
    const stored = { 'train/images/a.jpg': turned, 'train/labels/a.png': greyPng(4, 6) };
    const shown = { 'train/images/b.jpg': turned, 'train/labels/b.png': greyPng(6, 4) };
    const val = { 'val/images/c.png': colourPng(4, 6, 3), 'val/labels/c.png': greyPng(4, 6) };
    await write(root, { ...stored, ...shown, ...val });
    const data = await open(root);
    const [a, b] = [await data.train.read(0), await data.train.read(1)];
    expect([a.height, a.width, b.height, b.width]).toEqual([4, 6, 6, 4]);
    expect(a.notes?.join()).toMatch(/orientation/);
    const applied = await open(root, { ...PLAIN, images: { orientation: 'apply' } });
    expect((await failure(applied.train.read(0))).message).toBe('a label has another size than its image');
  });
});

const { classes: _, ...SPLITS } = PLAIN;

describe('labels', () => {
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

  test('a value beyond the classes: file, value, count, first pixel, and what to say', async () => {
    const { file, error } = await rejected(greyPng(4, 6, (y, x) => (y === 1 && x >= 2 ? 255 : x % 3)));
    expect(error.code).toBe('ASL_DATA_INVALID');
    expect(error.details.where).toBe(file);
    expect(error.details.expected).toBe('values from 0 to 2');
    expect(error.details.received).toContain('255 at 4 of 24 pixels; 255 first at row 1, column 2');
    expect(error.details.remedy).toContain('dataset.labels.ignore: 255');
  });

  test('values that a preset knows, a map of values, and names from nnU-Net', async () => {
    const root = await temporaryFolder();
    await write(root, { ...plainFolders(), 'dataset.json': '{"labels": {"background": 0, "a": 1, "b": 2}}' });
    const named = await open(root, { ...SPLITS, labels: { map: './dataset.json' } });
    expect(named.classes).toEqual(['background', 'a', 'b']);
    const swapped = await open(root, { ...PLAIN, classes: 2, labels: { map: { '0': 1, '1': 0, '2': 'ignore' } } });
    expect([...(await swapped.train.read(0)).label].slice(0, 6)).toEqual([1, 0, IGNORE_LABEL, 1, 0, IGNORE_LABEL]);
    expect(await swapped.fingerprint()).not.toBe(await named.fingerprint());
  });

  test('where a mask is 0, pixels do not count; a missing mask and one of another size are named', async () => {
    const root = await temporaryFolder();
    await write(root, { ...plainFolders(), 'fov/a_mask.png': greyPng(4, 6, (y) => (y < 2 ? 0 : 255)) });
    const masked = { ...PLAIN, train: { ...PLAIN.train, masks: 'fov', maskSuffix: '_mask' } };
    expect((await failure(open(root, masked))).message).toBe('an image has no mask');
    await write(root, { 'fov/b_mask.png': greyPng(2, 6) });
    const data = await open(root, masked);
    const { label } = await data.train.read(0);
    expect(new Set(label.subarray(0, 12))).toEqual(new Set([IGNORE_LABEL]));
    expect(label.subarray(12)).not.toContain(IGNORE_LABEL);
    expect((await failure(data.train.read(1))).details.where).toBe(join(root, 'fov/b_mask.png'));
  });

  test('another size than the image', async () => {
    const { file, error } = await rejected(greyPng(6, 4));
    expect(error.code).toBe('ASL_DATA_INVALID');
    expect(error.details.where).toBe(file);
    expect(error.details.expected).toContain('6 × 4 pixels');
    expect(error.details.received).toBe('4 × 6 pixels');
  });

  test('colours in place of indices are refused without a table, and read with one', async () => {
    const { file, error } = await rejected(colourPng(4, 6, 1));
    expect(error.code).toBe('ASL_DATA_INVALID');
    expect(error.details.where).toBe(file);
    expect(error.details.remedy).toContain('dataset.labels.colors');
    const colors = [
      [0, 0, 0],
      [9, 9, 9],
      [128, 0, 0],
    ] as const;
    const drawn = Uint8Array.from({ length: 24 * 3 }, (_, i) => colors[Math.floor(i / 3) % 3]?.[i % 3] ?? 0);
    const root = await temporaryFolder();
    const label = encode({ width: 6, height: 4, data: drawn, depth: 8, channels: 3 });
    await write(root, { ...plainFolders(), 'train/labels/a.png': label });
    const data = await open(root, { ...PLAIN, colors });
    expect([...(await data.train.read(0)).label]).toEqual(Array.from({ length: 24 }, (_, i) => i % 3));
  });

  test('a broken label is named', async () => {
    const { file, error } = await rejected(greyPng(4, 6).subarray(0, 50));
    expect(error.code).toBe('ASL_DATA_INVALID');
    expect(error.details.where).toBe(file);
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
