import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { plugin } from '@auto-seg-loss/dataset-voc';
import type { Dataset } from '@auto-seg-loss/kernel';
import { fc, test } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import { holdsLaws } from '../../../packages/samples/test/dataset-laws.ts';
import { colourPng, failure, greyPng, temporaryFolder, write } from '../../../packages/samples/test/fixtures.ts';

const DATA = process.env.ASL_TEST_DATA ?? fileURLToPath(new URL('../../../../shared/data', import.meta.url));
const VALUES = [...Array(21).keys(), 255];

async function open(root: string, options: Readonly<Record<string, unknown>> = {}): Promise<Dataset> {
  return plugin.create(plugin.options.parse({ root, ...options }), { baseDir: root, cacheDir: join(root, '.cache') });
}

/** VOC2012 with three images, of which the last has a label in SegmentationClassAug alone. Every value is in each label. */
const files = (): Record<string, string | Uint8Array> => ({
  'ImageSets/Main/cat_train.txt': '1 1\n2 -1\n',
  'ImageSets/Segmentation/train.txt': '2007_1\n',
  'ImageSets/Segmentation/val.txt': '2007_2\n',
  'ImageSets/Segmentation/trainaug.txt': '2007_1\n2008_3\n',
  'JPEGImages/2007_1.png': colourPng(2, 11, 1),
  'JPEGImages/2007_2.png': colourPng(2, 11, 2),
  'JPEGImages/2008_3.png': colourPng(2, 11, 3),
  'SegmentationClass/2007_1.png': greyPng(2, 11, (y, x) => VALUES[11 * y + x] ?? 0),
  'SegmentationClass/2007_2.png': greyPng(2, 11, 8),
  'SegmentationClassAug/2007_1.png': greyPng(2, 11, (y, x) => VALUES[11 * y + x] ?? 0),
  'SegmentationClassAug/2008_3.png': greyPng(2, 11, 12),
});

async function madeUp(at = '.', without: readonly string[] = []): Promise<string> {
  const root = await temporaryFolder();
  await write(join(root, at), Object.fromEntries(Object.entries(files()).filter(([name]) => !without.includes(name))));
  return root;
}

describe('the data set voc', () => {
  test.each(['.', 'VOC2012', 'VOCdevkit/VOC2012'])('finds its folder at %s below root', async (at) => {
    const { classes, colors, train, val } = await open(await madeUp(at));
    expect([train.ids, val.ids]).toEqual([['JPEGImages/2007_1.png'], ['JPEGImages/2007_2.png']]);
    expect([classes.length, classes[0], classes[8], classes[20]]).toEqual([21, 'background', 'cat', 'tv/monitor']);
    // As in VOC's own table.
    expect([colors?.[0], colors?.[1], colors?.[2], colors?.[8], colors?.[15], colors?.[20]]).toEqual([
      [0, 0, 0],
      [128, 0, 0],
      [0, 128, 0],
      [64, 0, 0],
      [192, 128, 128],
      [0, 64, 128],
    ]);
    expect([...(await train.read(0)).label]).toEqual(VALUES);
  });

  test.prop([fc.shuffledSubarray([...Array(21).keys()], { minLength: 1 })], { numRuns: 20 })(
    'some classes: each has the index of its place, all others are ignored',
    async (kept) => {
      const root = await madeUp();
      const { classes } = await open(root);
      const some = await open(root, { classes: kept.map((index) => classes[index]) });
      expect(some.classes).toEqual(kept.map((index) => classes[index]));
      expect(some.colors).toHaveLength(kept.length);
      const expected = VALUES.map((value) => (kept.includes(value) ? kept.indexOf(value) : 255));
      expect([...(await some.train.read(0)).label]).toEqual(expected);
    },
  );

  test('names are known as VOC writes them in files, too; others are refused with the nearest', async () => {
    const { classes } = await open(await madeUp(), { classes: ['diningtable', 'tvmonitor', 'Potted-Plant'] });
    expect(classes).toEqual(['dining table', 'tv/monitor', 'potted plant']);
    const problems = (names: readonly string[]) =>
      plugin.options.safeParse({ root: '.', classes: names }).error?.issues.map(({ path, message }) => [path, message]);
    expect(problems(['background', 'shep'])).toEqual([[['classes', 1], 'the name of a class: did you mean "sheep"?']]);
    expect(problems(['zebra crossing'])?.[0]?.[1]).toMatch(/^one of: background, aeroplane/);
    expect(problems(['cat', 'Cat'])?.[0]?.[1]).toBe('each class once, and "cat" is there already');
    expect(problems([])).toHaveLength(1);
  });

  test('trainaug with the labels of SBD, as ids and as lines of two paths', async () => {
    const root = await madeUp();
    const options = { trainList: 'trainaug', trainLabels: 'SegmentationClassAug' };
    const ids = ['JPEGImages/2007_1.png', 'JPEGImages/2008_3.png'];
    const data = await open(root, options);
    expect([data.train.ids, data.val.ids]).toEqual([ids, ['JPEGImages/2007_2.png']]);
    expect([...(await data.train.read(1)).label]).toEqual(Array(22).fill(12));
    const line = (id: string) => `/JPEGImages/${id}.png /SegmentationClassAug/${id}.png\n`;
    await write(root, { 'lists/aug.txt': line('2007_1') + line('2008_3') });
    expect((await open(root, { trainList: 'lists/aug.txt' })).train.ids).toEqual(ids);
  });

  test("a list of SBD's with the labels of VOC is told of the folder", async () => {
    const error = await failure(open(await madeUp(), { trainList: 'trainaug' }));
    expect([error.code, error.message]).toEqual(['ASL_DATA_MISSING', 'an image has no label']);
    expect(error.details.remedy).toMatch(/^a list of SBD's .*dataset\.trainLabels: "SegmentationClassAug"/);
  });

  test('what is missing is named: the folder, a list, the folder of labels', async () => {
    const nothing = await temporaryFolder();
    await write(nothing, { 'images/a.png': 'x' });
    const folder = await failure(open(nothing, { source: 'from the shop' }));
    expect([folder.code, folder.details.received]).toEqual(['ASL_DATA_MISSING', 'images']);
    expect(folder.details.remedy).toContain('from the shop');
    const list = await failure(open(await madeUp(), { valList: 'test' }));
    expect([list.code, list.details.where]).toEqual(['ASL_DATA_MISSING', 'dataset.valList = "test"']);
    expect(list.details.received).toBe('lists train, trainaug, val in ImageSets/Segmentation');
    const labels = await failure(open(await madeUp(), { trainLabels: 'SegmentationClas' }));
    expect([labels.code, labels.details.where]).toEqual(['ASL_DATA_MISSING', 'dataset.trainLabels']);
  });

  test('an image in both lists is refused, and a value that VOC has not', async () => {
    const root = await madeUp();
    expect((await failure(open(root, { valList: 'train' }))).code).toBe('ASL_CONFIG_LEAK');
    await write(root, { 'SegmentationClass/2007_1.png': greyPng(2, 11, 21) });
    const error = await failure((await open(root)).train.read(0));
    expect([error.code, error.details.where]).toEqual(['ASL_DATA_INVALID', join(root, 'SegmentationClass/2007_1.png')]);
    // It has no such options.
    expect(error.details.remedy).not.toMatch(/dataset\.labels/);
  });

  test('holds the laws of data sets', async () => {
    const root = await madeUp();
    await holdsLaws(plugin, { root, classes: ['background', 'cat'], cache: false }, root);
  });

  test('real data: the classes of the sample at hand are where they should be', async (context) => {
    const root = join(DATA, 'voc2012');
    if (!existsSync(root)) context.skip(`no data at ${root}; set ASL_TEST_DATA to the folder of the real data`);
    const { classes, train, val } = await open(root, { cache: false });
    expect([train.ids.length, val.ids.length]).toEqual([334, 160]);
    expect([train.ids[0], val.ids.at(-1)]).toMatchInlineSnapshot(`
      [
        "JPEGImages/2007_000063.jpg",
        "JPEGImages/2011_003256.jpg",
      ]
    `);
    const { height, width, label } = await train.read(0);
    const shown = [...new Set(label)].sort((a, b) => a - b).map((value) => classes[value] ?? 'ignored');
    expect({ height, width, shown }).toMatchInlineSnapshot(`
      {
        "height": 375,
        "shown": [
          "background",
          "chair",
          "dog",
          "ignored",
        ],
        "width": 500,
      }
    `);
  });
});
