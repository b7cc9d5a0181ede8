import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isAslError } from '@auto-seg-loss/kernel';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type LabelReading, labelReading } from '../../src/values/label-reading.ts';
import { LABEL_ARGUMENTS } from '../../src/values/option-names.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'asl-map-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function read(name: string, text: string, classes?: readonly string[] | number): Promise<LabelReading> {
  await writeFile(join(folder, name), text);
  const names = LABEL_ARGUMENTS;
  const own = classes === undefined ? {} : { classes };
  return labelReading({ ...own, labels: { map: `./${name}` }, baseDir: folder, names, where: '--map' });
}

test("nnU-Net's dataset.json names the classes; gaps close, and its ignore label does not count", async () => {
  const labels = { background: 0, liver: 1, tumour: 4, ignore: 5 };
  const { classes, targets } = await read('dataset.json', JSON.stringify({ labels, file_ending: '.nii.gz' }));
  expect(classes).toEqual(['background', 'liver', 'tumour']);
  expect([...targets]).toEqual([
    [0, 0],
    [1, 1],
    [4, 2],
    [5, 255],
  ]);
});

test('a JSON object goes from value to class', async () => {
  const { targets } = await read('map.json', '\uFEFF{"7": 0, "8": "road", "9": "ignore"}', ['sky', 'road']);
  expect([...targets]).toEqual([
    [7, 0],
    [8, 1],
    [9, 255],
  ]);
});

test('a class_dict.csv names classes and their colours', async () => {
  const { classes, colors } = await read(
    'class_dict.csv',
    'name,r,g,b\r\nSky, 128,128,128\r\n"Car, parked",64,0,128\r\n',
  );
  expect(classes).toEqual(['Sky', 'Car, parked']);
  expect([...(colors ?? [])]).toEqual([
    [0x808080, 0],
    [0x400080, 1],
  ]);
});

test.each([
  ['regions.json', '{"labels": {"background": 0, "whole": [1, 2]}}', 'a value for each label'],
  ['twice.json', '{"labels": {"background": 0, "a": 1, "b": 1}}', 'a value of its own'],
  ['broken.json', '{"labels": ', 'JSON, or a file of the ending .csv'],
  ['list.json', '[1, 2]', 'an object from label value to class'],
  ['bad.csv', 'name,r,g,b\nSky,128,300,0\n', 'line 2'],
  ['header.csv', 'Sky,128,3,0\n', 'name,r,g,b'],
  ['same.csv', 'name,r,g,b\na,1,1,1\nb,1,1,1\n', 'two classes have the same colour'],
])('%s is refused, saying what is wrong', async (name, text, expected) => {
  const error = await read(name, text).catch((caught: unknown) => caught);
  expect(isAslError(error) && error.format()).toContain(expected);
});

test('a file that is not there', async () => {
  const names = LABEL_ARGUMENTS;
  const error = await labelReading({
    classes: 2,
    labels: { map: './none.json' },
    baseDir: folder,
    names,
    where: '--map',
  }).catch((caught: unknown) => caught);
  expect(isAslError(error) && error.code).toBe('ASL_DATA_MISSING');
});
