import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { plugin } from '@auto-seg-loss/dataset-cityscapes';
import type { Dataset } from '@auto-seg-loss/kernel';
import { describe, expect, test } from 'vitest';
import { holdsLaws } from '../../../packages/samples/test/dataset-laws.ts';
import { colourPng, failure, greyPng, temporaryFolder, write } from '../../../packages/samples/test/fixtures.ts';

/** Cityscapes' own table of label ids and train ids, row by row; 255 does not count. */
const TRAIN_IDS = [
  255, 255, 255, 255, 255, 255, 255, 0, 1, 255, 255, 2, 3, 4, 255, 255, 255, 5, 255, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15,
  255, 255, 16, 17, 18,
];
const allIds = greyPng(2, 17, (y, x) => 17 * y + x);

async function open(root: string, options: Readonly<Record<string, unknown>> = {}): Promise<Dataset> {
  return plugin.create(plugin.options.parse({ root, ...options }), { baseDir: root, cacheDir: join(root, '.cache') });
}

let tint = 0;
const image = () => colourPng(2, 17, ++tint % 256);

async function madeUp(): Promise<string> {
  const root = await temporaryFolder();
  await write(root, {
    'leftImg8bit/train/ulm/ulm_0_leftImg8bit.png': image(),
    'leftImg8bit/train/aachen/aachen_1_leftImg8bit.png': image(),
    'leftImg8bit/train_extra/bonn/bonn_9_leftImg8bit.png': image(),
    'leftImg8bit/val/bonn/bonn_2_leftImg8bit.png': image(),
    'gtFine/train/ulm/ulm_0_gtFine_labelIds.png': allIds,
    'gtFine/train/ulm/ulm_0_gtFine_color.png': image(),
    'gtFine/train/ulm/ulm_0_gtFine_instanceIds.png': allIds,
    'gtFine/train/ulm/ulm_0_gtFine_polygons.json': '{}',
    'gtFine/train/aachen/aachen_1_gtFine_labelIds.png': greyPng(2, 17, 255),
    'gtFine/val/bonn/bonn_2_gtFine_labelIds.png': greyPng(2, 17, 26),
    'gtCoarse/train/ulm/ulm_0_gtCoarse_labelIds.png': greyPng(2, 17, 7),
    'gtCoarse/train/aachen/aachen_1_gtCoarse_labelIds.png': greyPng(2, 17, 8),
    'gtCoarse/train_extra/bonn/bonn_9_gtCoarse_labelIds.png': greyPng(2, 17, 11),
  });
  return root;
}

describe('the data set cityscapes', () => {
  test('its splits, classes and colours; label ids become train ids', async () => {
    const { classes, colors, train, val } = await open(await madeUp());
    expect(train.ids).toEqual([
      'leftImg8bit/train/aachen/aachen_1_leftImg8bit.png',
      'leftImg8bit/train/ulm/ulm_0_leftImg8bit.png',
    ]);
    expect(val.ids).toEqual(['leftImg8bit/val/bonn/bonn_2_leftImg8bit.png']);
    expect([classes.length, classes[0], classes[13], classes[18]]).toEqual([19, 'road', 'car', 'bicycle']);
    expect([colors?.length, colors?.[0], colors?.[13]]).toEqual([19, [128, 64, 128], [0, 0, 142]]);
    expect([...(await train.read(1)).label]).toEqual(TRAIN_IDS);
    // A licence plate, -1, is 255 in a byte.
    expect(new Set((await train.read(0)).label)).toEqual(new Set([255]));
    expect((await val.read(0)).label[0]).toBe(13);
  });

  test('coarse labels, and those of train_extra with its images', async () => {
    const root = await madeUp();
    const coarse = await open(root, { train: 'coarse' });
    expect([(await coarse.train.read(0)).label[0], coarse.train.ids.length]).toEqual([1, 2]);
    const extra = await open(root, { train: 'extra' });
    expect(extra.train.ids).toEqual(['leftImg8bit/train_extra/bonn/bonn_9_leftImg8bit.png']);
    expect([(await extra.train.read(0)).label[0], (await extra.val.read(0)).label[0]]).toEqual([2, 13]);
  });

  test('train ids where the config says so, and some of the classes', async () => {
    const root = await madeUp();
    await write(root, {
      'gtFine/train/ulm/ulm_0_gtFine_labelTrainIds.png': greyPng(2, 17, (y) => (y === 0 ? 13 : 255)),
      'gtFine/train/aachen/aachen_1_gtFine_labelTrainIds.png': greyPng(2, 17, 0),
      'gtFine/val/bonn/bonn_2_gtFine_labelTrainIds.png': greyPng(2, 17, 13),
    });
    const { classes, train } = await open(root, { labels: 'labelTrainIds', classes: ['car', 'road'] });
    expect(classes).toEqual(['car', 'road']);
    expect([(await train.read(0)).label[0], (await train.read(1)).label[0]]).toEqual([1, 0]);
    expect((await train.read(1)).label[33]).toBe(255);
  });

  test('label files of another kind, or none, are told of with what to do', async () => {
    const root = await madeUp();
    const error = await failure(open(root, { labels: 'labelTrainIds' }));
    expect([error.code, error.message]).toEqual([
      'ASL_DATA_MISSING',
      'there are no Cityscapes labels of the kind labelTrainIds',
    ]);
    expect(error.details.remedy).toContain('leave dataset.labels out');
    const other = await temporaryFolder();
    await write(other, {
      'leftImg8bit/train/ulm/ulm_0_leftImg8bit.png': image(),
      'gtFine/train/ulm/ulm_0_gtFine_labelTrainIds.png': allIds,
    });
    expect((await failure(open(other))).details.remedy).toBe('say dataset.labels: "labelTrainIds"');
    await rm(join(other, 'gtFine/train/ulm/ulm_0_gtFine_labelTrainIds.png'));
    await write(other, { 'gtFine/train/ulm/ulm_0_gtFine_polygons.json': '{}' });
    expect((await failure(open(other))).details.remedy).toContain('csCreateTrainIdLabelImgs');
  });

  test('a part that is missing is named', async () => {
    const root = await madeUp();
    await rm(join(root, 'gtCoarse'), { recursive: true });
    const coarse = await failure(open(root, { train: 'coarse' }));
    expect([coarse.code, coarse.details.remedy]).toEqual([
      'ASL_DATA_MISSING',
      'unpack gtCoarse.zip beside leftImg8bit, or train on the fine labels (dataset.train: "fine")',
    ]);
    await rm(join(root, 'gtFine/val/bonn/bonn_2_gtFine_labelIds.png'));
    expect((await failure(open(root))).details.remedy).toBe('check that the data arrived whole');
    const nothing = await temporaryFolder();
    await write(nothing, { 'images/a.png': 'x' });
    expect((await failure(open(nothing, { source: 'from the shop' }))).details).toMatchObject({
      expected: 'leftImg8bit/train in it, with a folder for each city',
      received: 'images',
      remedy: expect.stringContaining('from the shop'),
    });
  });

  test('holds the laws of data sets', async () => {
    const root = await madeUp();
    await holdsLaws(plugin, { root, train: 'fine', labels: 'labelIds', cache: false }, root);
  });
});
