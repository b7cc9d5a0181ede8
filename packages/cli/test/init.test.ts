import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { encode } from 'fast-png';
import { describe, expect, onTestFinished, test } from 'vitest';
import { nifti } from '../../samples/test/nifti.ts';
import { runAsl } from './run-asl.ts';

type Files = Readonly<Record<string, string | Uint8Array>>;

let tint = 0;
/** A picture that equals no other. */
const picture = (): Uint8Array => {
  tint++;
  const data = Uint8Array.from({ length: 24 * 32 * 3 }, (_, i) => (i * i * 7 + tint * 31) % 251);
  return encode({ width: 32, height: 24, data, depth: 8, channels: 3 });
};
/** Values in turn, pixel by pixel. */
const label = (...values: readonly number[]): Uint8Array =>
  encode({
    width: 32,
    height: 24,
    data: Uint8Array.from({ length: 24 * 32 }, (_, i) => values[i % values.length] ?? 0),
    depth: 8,
    channels: 1,
  });
const drawn = (...colors: readonly (readonly number[])[]): Uint8Array => {
  const data = Uint8Array.from(
    { length: 24 * 32 * 3 },
    (_, i) => colors[Math.floor(i / 3) % colors.length]?.[i % 3] ?? 0,
  );
  return encode({ width: 32, height: 24, data, depth: 8, channels: 3 });
};

const ctVolume = (value: (voxel: number) => number): Uint8Array =>
  gzipSync(
    nifti({
      size: [4, 3, 2],
      spacing: [1, 5, 1],
      type: 'int16',
      values: Array.from({ length: 24 }, (_, i) => value(i)),
    }),
  );

const LAYOUTS: readonly [name: string, files: Files, dataset: Readonly<Record<string, unknown>>][] = [
  [
    'a folder for each part',
    {
      'train/images/a.png': picture(),
      'train/labels/a.png': label(0, 1, 2),
      'val/images/b.png': picture(),
      'val/labels/b.png': label(0, 1, 255),
    },
    {
      classes: 3,
      labels: { ignore: 255 },
      train: { images: 'train/images', labels: 'train/labels' },
      val: { images: 'val/images', labels: 'val/labels' },
    },
  ],
  [
    'a folder for each kind, with masks of 0 and 255 that are named otherwise',
    {
      'images/train/1.png': picture(),
      'masks/train/1_mask.png': label(0, 255),
      'images/val/2.png': picture(),
      'masks/val/2_mask.png': label(0, 0, 255),
    },
    {
      labels: { map: 'binary' },
      train: { images: 'images/train', labels: 'masks/train', labelSuffix: '_mask' },
      val: { images: 'images/val', labels: 'masks/val', labelSuffix: '_mask' },
    },
  ],
  [
    'two folders without parts',
    Object.fromEntries(
      [1, 2, 3, 4].flatMap((n) => [
        [`img/${n}.png`, picture()],
        [`gt/${n}.png`, label(0, 1)],
      ]),
    ),
    { classes: 2, train: { images: 'img', labels: 'gt' }, val: { fraction: 0.2 } },
  ],
  [
    'one folder',
    Object.fromEntries(
      [1, 2, 3].flatMap((n) => [
        [`${n}.png`, picture()],
        [`${n}_mask.png`, label(0, 255)],
      ]),
    ),
    {
      labels: { map: 'binary' },
      train: { images: '.', labels: '.', imageSuffix: '.png', labelSuffix: '_mask' },
      val: { fraction: 0.2 },
    },
  ],
  [
    'lists',
    {
      'train.txt': 'i/1.png l/1.png\n',
      'val.txt': 'i/2.png l/2.png\n',
      'i/1.png': picture(),
      'l/1.png': label(0, 1),
      'i/2.png': picture(),
      'l/2.png': label(0, 1),
    },
    { classes: 2, train: { list: 'train.txt' }, val: { list: 'val.txt' } },
  ],
  [
    'PASCAL VOC below VOCdevkit',
    {
      'VOCdevkit/VOC2012/ImageSets/Segmentation/train.txt': '1\n',
      'VOCdevkit/VOC2012/ImageSets/Segmentation/val.txt': '2\n',
      'VOCdevkit/VOC2012/JPEGImages/1.png': picture(),
      'VOCdevkit/VOC2012/JPEGImages/2.png': picture(),
      'VOCdevkit/VOC2012/SegmentationClass/1.png': label(0, 15, 255),
      'VOCdevkit/VOC2012/SegmentationClass/2.png': label(0, 20),
    },
    { use: 'voc' },
  ],
  [
    'the layout of PASCAL VOC with values of its own',
    {
      'ImageSets/Segmentation/train.txt': '1\n',
      'ImageSets/Segmentation/val.txt': '2\n',
      'JPEGImages/1.png': picture(),
      'JPEGImages/2.png': picture(),
      'SegmentationClass/1.png': label(...Array(30).keys()),
      'SegmentationClass/2.png': label(0, 20),
    },
    {
      classes: 30,
      train: { list: 'ImageSets/Segmentation/train.txt', images: 'JPEGImages', labels: 'SegmentationClass' },
      val: { list: 'ImageSets/Segmentation/val.txt', images: 'JPEGImages', labels: 'SegmentationClass' },
    },
  ],
  [
    'Cityscapes as it is downloaded',
    {
      'leftImg8bit/train/ulm/ulm_0_leftImg8bit.png': picture(),
      'leftImg8bit/val/bonn/bonn_0_leftImg8bit.png': picture(),
      'gtFine/train/ulm/ulm_0_gtFine_labelIds.png': label(7, 26, 3),
      'gtFine/train/ulm/ulm_0_gtFine_color.png': drawn([1, 2, 3]),
      'gtFine/val/bonn/bonn_0_gtFine_labelIds.png': label(7, 26),
    },
    { use: 'cityscapes' },
  ],
  [
    "Cityscapes with its scripts' train ids alone",
    {
      'leftImg8bit/train/ulm/ulm_0_leftImg8bit.png': picture(),
      'leftImg8bit/val/bonn/bonn_0_leftImg8bit.png': picture(),
      'gtFine/train/ulm/ulm_0_gtFine_labelTrainIds.png': label(0, 18, 255),
      'gtFine/val/bonn/bonn_0_gtFine_labelTrainIds.png': label(7),
    },
    { use: 'cityscapes', labels: 'labelTrainIds' },
  ],
  [
    "pictures in nnU-Net's layout",
    {
      'dataset.json': JSON.stringify({
        channel_names: { 0: 'R', 1: 'G', 2: 'B' },
        labels: { background: 0, road: 1 },
        file_ending: '.png',
      }),
      ...Object.fromEntries(
        ['a', 'b', 'c'].flatMap((id) => [
          [`imagesTr/${id}_0000.png`, picture()],
          [`labelsTr/${id}.png`, label(0, 1)],
        ]),
      ),
    },
    { use: 'nnunet' },
  ],
  [
    "volumes of CT in nnU-Net's layout, thickest along y",
    {
      'dataset.json': JSON.stringify({
        channel_names: { 0: 'CT' },
        labels: { background: 0, liver: 1 },
        file_ending: '.nii.gz',
      }),
      ...Object.fromEntries(
        [1, 2, 3].flatMap((n) => [
          [`imagesTr/c${n}_0000.nii.gz`, ctVolume((voxel) => (voxel % 2 === 0 ? -1000 : 40 + n + (voxel % 7)))],
          [`labelsTr/c${n}.nii.gz`, ctVolume((voxel) => voxel % 2)],
        ]),
      ),
    },
    { use: 'nnunet', axis: 'y', range: [41, 49] },
  ],
  [
    'labels in colours with their table',
    {
      'train/images/a.png': picture(),
      'train/labels/a.png': drawn([0, 0, 0], [128, 0, 0]),
      'val/images/b.png': picture(),
      'val/labels/b.png': drawn([0, 0, 0]),
      'class_dict.csv': 'name,r,g,b\nsky,0,0,0\nroad,128,0,0\n',
    },
    {
      labels: { colors: './data/class_dict.csv' },
      train: { images: 'train/images', labels: 'train/labels' },
      val: { images: 'val/images', labels: 'val/labels' },
    },
  ],
  [
    'labels in colours without a table',
    {
      'train/images/a.png': picture(),
      'train/labels/a.png': drawn([0, 0, 0], [0, 0, 0], [128, 0, 0]),
      'val/images/b.png': picture(),
      'val/labels/b.png': drawn([0, 0, 0]),
    },
    {
      labels: { colors: { '#000000': [0, 0, 0], '#800000': [128, 0, 0] } },
      train: { images: 'train/images', labels: 'train/labels' },
      val: { images: 'val/images', labels: 'val/labels' },
    },
  ],
  [
    'grey levels far apart',
    {
      'train/images/a.png': picture(),
      'train/labels/a.png': label(0, 85, 170),
      'val/images/b.png': picture(),
      'val/labels/b.png': label(0, 85),
    },
    {
      classes: ['value 0', 'value 85', 'value 170'],
      labels: { map: { '0': 0, '85': 1, '170': 2 } },
      train: { images: 'train/images', labels: 'train/labels' },
      val: { images: 'val/images', labels: 'val/labels' },
    },
  ],
];

async function place(files: Files): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'asl-init-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, 'data', name)), { recursive: true });
    await writeFile(join(folder, 'data', name), content);
  }
  return folder;
}

describe('asl init', () => {
  test.each(LAYOUTS)('%s', async (_, files, dataset) => {
    const cwd = await place(files);
    const { code, stdout, stderr } = await runAsl(['init', 'data'], { cwd });
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toContain('npx --no-install asl search');
    const { metric, dataset: written } = JSON.parse(await readFile(join(cwd, 'asl.config.json'), 'utf8'));
    const { root, ...rest } = written;
    expect(metric).toBe('miou');
    expect(root).toMatch(/^data/);
    expect(rest).toEqual({ use: 'folder', ...dataset });
  });

  const small = {
    'images/1.png': picture(),
    'images/2.png': picture(),
    'labels/1.png': label(0, 1),
    'labels/2.png': label(0, 1),
  };

  test('never overwrites a config', async () => {
    const cwd = await place(small);
    await writeFile(join(cwd, 'asl.config.json'), 'mine');
    const { code, stderr } = await runAsl(['init', 'data'], { cwd });
    expect(code).toBe(2);
    expect(stderr).toMatch(/^ASL_USAGE: the config is there already[\s\S]*--out/);
    expect(await readFile(join(cwd, 'asl.config.json'), 'utf8')).toBe('mine');
    expect((await runAsl(['init', 'data', '--out', 'other.json'], { cwd })).stdout).toContain('asl search other.json');
  });

  test.each<[string, Files, RegExp]>([
    ['a folder that holds nothing known', { 'readme.txt': 'x' }, /^ASL_DATA_MISSING: images and labels were not found/],
    [
      'broken volumes',
      { 'dataset.json': '{}', 'imagesTr/a_0000.nii.gz': 'x', 'labelsTr/a.nii.gz': 'x' },
      /^ASL_DATA_INVALID: a volume is a file[\s\S]*a_0000\.nii\.gz/,
    ],
    [
      "nnU-Net's layout of the first version",
      {
        'dataset.json': JSON.stringify({ modality: { 0: 'MRI' }, labels: { 0: 'background' } }),
        'imagesTr/a_0000.nii.gz': ctVolume(() => 1),
        'labelsTr/a.nii.gz': ctVolume(() => 1),
      },
      /nnUNetv2_convert_old_nnUNet_dataset/,
    ],
    ['a broken label', { ...small, 'labels/1.png': label(0).subarray(0, 40) }, /^ASL_DATA_INVALID[\s\S]*labels.1\.png/],
    ['an image without label', { ...small, 'images/3.png': picture() }, /^ASL_DATA_MISSING: an image has no label/],
    [
      'pictures in place of labels',
      { ...small, 'labels/1.png': picture(), 'labels/2.png': picture() },
      /colours: are they pictures/,
    ],
  ])('%s: one message, and no config', async (_, files, message) => {
    const cwd = await place(files);
    const { code, stderr } = await runAsl(['init', 'data'], { cwd });
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
    await expect(readFile(join(cwd, 'asl.config.json'))).rejects.toThrow();
  });

  test('a folder that is not there', async () => {
    expect((await runAsl(['init', 'nowhere'], { cwd: await place({}) })).stderr).toMatch(
      /^ASL_DATA_MISSING: there is no such folder/,
    );
  });
});
