import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../../../packages/samples/test/fixtures.ts';
import { open } from './fixtures.ts';

const DATA = process.env.ASL_TEST_DATA ?? fileURLToPath(new URL('../../../../shared/data', import.meta.url));

const ids = (list: string) => ({ list, images: 'images', labels: 'labels' });
const voc = (list: string) => ({
  list: `ImageSets/Segmentation/${list}`,
  images: 'JPEGImages',
  labels: 'SegmentationClass',
});

const SETS = {
  camvid: {
    folder: 'camvid',
    options: { classes: 11, ignoreLabel: 11, train: { list: 'train.txt' }, val: { list: 'val.txt' } },
    counts: [367, 101],
    size: [192, 256],
    ignored: true,
  },
  nuclei: {
    folder: 'nuclei',
    options: { classes: 3, train: ids('train.txt'), val: ids('val.txt') },
    counts: [334, 46],
    size: undefined,
    ignored: false,
  },
  crackforest: {
    folder: 'crackforest',
    options: { classes: 2, ignoreLabel: 255, train: ids('train.txt'), val: ids('val.txt') },
    counts: [72, 10],
    size: [320, 480],
    // Some copies of the data have ignored pixels, some have none.
    ignored: undefined,
  },
  'voc-sample': {
    folder: 'voc-sample/VOCdevkit/VOC2012',
    options: { classes: 21, ignoreLabel: 255, train: voc('train.txt'), val: voc('val.txt') },
    counts: [2, 1],
    size: undefined,
    ignored: true,
  },
} as const;

for (const [name, { folder, options, counts, size, ignored }] of Object.entries(SETS)) {
  const root = join(DATA, folder);
  test(`${name}: every sample is read, from the files and from the cache`, async (context) => {
    if (!existsSync(root)) context.skip(`no data at ${root}; set ASL_TEST_DATA to the folder of the real data`);
    const cache = await temporaryFolder();
    const data = await open(root, options, cache);
    expect([data.train.ids.length, data.val.ids.length]).toEqual(counts);
    const seen = new Set<number>();
    for (const split of [data.train, data.val]) {
      for (const index of split.ids.keys()) {
        const sample = await split.read(index);
        if (size !== undefined) expect([sample.height, sample.width]).toEqual(size);
        for (const value of sample.label) seen.add(value);
      }
    }
    const expected = Array.from({ length: options.classes }, (_, value) => value);
    if (name !== 'voc-sample')
      expect([...seen].filter((value) => value !== 255).sort((a, b) => a - b)).toEqual(expected);
    if (ignored !== undefined) expect(seen.has(255)).toBe(ignored);
    const warm = await (await open(root, options, cache)).val.read(0);
    const { data: pixels, info } = await sharp(join(root, data.val.ids[0] ?? ''))
      .toColourspace('srgb')
      .removeAlpha()
      .raw()
      .toBuffer({ resolveWithObject: true });
    expect([warm.height, warm.width]).toEqual([info.height, info.width]);
    expect(Buffer.from(warm.image).equals(pixels)).toBe(true);
  });
}
