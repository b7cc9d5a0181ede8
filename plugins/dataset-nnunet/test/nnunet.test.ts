import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { plugin } from '@auto-seg-loss/dataset-nnunet';
import { type Dataset, IGNORE_LABEL } from '@auto-seg-loss/kernel';
import { encode } from 'fast-png';
import { describe, expect, test } from 'vitest';
import { holdsLaws } from '../../../packages/samples/test/dataset-laws.ts';
import { colourPng, failure, greyPng, temporaryFolder, write } from '../../../packages/samples/test/fixtures.ts';
import { type Nifti, nifti } from '../../../packages/samples/test/nifti.ts';

const DATA = process.env.ASL_TEST_DATA ?? fileURLToPath(new URL('../../../../shared/data', import.meta.url));

async function open(root: string, options: Readonly<Record<string, unknown>> = {}): Promise<Dataset> {
  return plugin.create(plugin.options.parse({ root, ...options }), { baseDir: root, cacheDir: join(root, '.cache') });
}

const description = (more: Readonly<Record<string, unknown>> = {}): string =>
  JSON.stringify({
    channel_names: { 0: 'MRI' },
    labels: { background: 0, left: 1, right: 3, ignore: 7 },
    file_ending: '.nii.gz',
    ...more,
  });

/** 4 × 3 × 2 voxels along x, y, z. */
const SIZE = [4, 3, 2] as const;
const VOXELS = [...Array(24).keys()];
const volume = (value: (voxel: number) => number, more: Partial<Nifti> = {}): Buffer =>
  gzipSync(nifti({ size: SIZE, type: 'int16', values: VOXELS.map(value), ...more }));
const LABELS = [0, 1, 3, 7];

/** Four cases, of which the last is in neither part of fold 0. Slice z = 1 of the first shows nothing. */
const files = (): Record<string, string | Uint8Array> => ({
  'dataset.json': description(),
  'splits_final.json': JSON.stringify([
    { train: ['c_10', 'c_2'], val: ['c_1'] },
    { train: ['c_1'], val: ['c_3'] },
  ]),
  ...Object.fromEntries(
    [1, 2, 3, 10].flatMap((n) => [
      [`imagesTr/c_${n}_0000.nii.gz`, volume((voxel) => 100 * n + 10 * voxel)],
      [`labelsTr/c_${n}.nii.gz`, volume((voxel) => (n === 10 && voxel >= 12 ? 0 : (LABELS[voxel % 4] ?? 0)))],
    ]),
  ),
});

async function madeUp(changes: Readonly<Record<string, string | Uint8Array>> = {}): Promise<string> {
  const root = await temporaryFolder();
  await write(root, { ...files(), ...changes });
  return root;
}

const byte = (share: number): number => Math.round(255 * share);

describe('slices of volumes', () => {
  test('classes, splits and slices: in the order of the file of splits, along z where all spacings are equal', async () => {
    const { classes, train, val } = await open(await madeUp());
    expect(classes).toEqual(['background', 'left', 'right']);
    expect(train.ids).toEqual(['c_10/z0', 'c_10/z1', 'c_2/z0', 'c_2/z1']);
    expect(val.ids).toEqual(['c_1/z0', 'c_1/z1']);
    expect(train.groups).toEqual(['c_10', 'c_10', 'c_2', 'c_2']);
    expect(train.notes).toEqual(['1 of 4 cases are in neither part of fold 0: left out']);
    const { height, width, image, label } = await train.read(3);
    expect([height, width]).toEqual([3, 4]);
    expect([...label.subarray(0, 4)]).toEqual([0, 1, 2, IGNORE_LABEL]);
    // 24 values: half of a percent at either end is none of them. Grey, so three times the same.
    expect([...image.subarray(0, 6)]).toEqual([12, 12, 12, 13, 13, 13].map((voxel) => byte(voxel / 23)));
    expect([...image.subarray(33)]).toEqual([255, 255, 255]);
  });

  test.each([
    ['y', 3, [2, 4], [0, 1, 2, 3, 12, 13, 14, 15]],
    ['x', 4, [2, 3], [0, 4, 8, 12, 16, 20]],
    ['z', 2, [3, 4], [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]],
  ] as const)('along %s: %i slices, rows and columns of the other two axes', async (axis, count, size, voxels) => {
    const { val } = await open(await madeUp(), { axis });
    expect(val.ids).toHaveLength(count);
    const { height, width, image } = await val.read(0);
    expect([height, width]).toEqual(size);
    expect([...image].filter((_, index) => index % 3 === 0)).toEqual(voxels.map((voxel) => byte(voxel / 23)));
  });

  test('auto takes the axis of the largest spacing; a flat one before it', async () => {
    const thick = (spacing: readonly [number, number, number], size: Nifti['size'] = SIZE) =>
      Object.fromEntries(
        [1, 2, 3, 10].flatMap((n) => [
          [`imagesTr/c_${n}_0000.nii.gz`, volume((voxel) => voxel + n, { spacing, size })],
          [`labelsTr/c_${n}.nii.gz`, volume((voxel) => voxel % 2, { spacing, size })],
        ]),
      );
    expect((await open(await madeUp(thick([1, 3, 2])))).val.ids[0]).toBe('c_1/y0');
    expect((await open(await madeUp(thick([5, 3, 2])))).val.ids[0]).toBe('c_1/x0');
    expect((await open(await madeUp(thick([5, 3, 2], [6, 4, 1])))).val.ids).toEqual(['c_1/z0']);
  });

  test('empty slices are left out of train where they should be, never out of val', async () => {
    const { train, val } = await open(await madeUp(), { emptySlices: false });
    expect(train.ids).toEqual(['c_10/z0', 'c_2/z0', 'c_2/z1']);
    expect(train.notes).toContain('1 of 4 training slices are empty: left out');
    expect((await open(await madeUp(), { emptySlices: false, fold: 1 })).val.ids).toHaveLength(2);
    expect(val.ids).toHaveLength(2);
  });

  test('a range is that of all volumes, and what lies outside of it is at its ends', async () => {
    const { val } = await open(await madeUp(), { range: [110, 210] });
    const { image } = await val.read(0);
    expect([...image].filter((_, index) => index % 3 === 0).slice(0, 4)).toEqual([0, 0, byte(0.1), byte(0.2)]);
    expect((await val.read(1)).image[33]).toBe(255);
  });

  test('three channels are red, green and blue; two are refused', async () => {
    const channel = (n: number, index: number) => [
      `imagesTr/c_${n}_000${index}.nii.gz`,
      volume((voxel) => (index === 1 ? 23 - voxel : voxel + n)),
    ];
    const more = Object.fromEntries([1, 2, 3, 10].flatMap((n) => [channel(n, 1), channel(n, 2)]));
    const root = await madeUp({
      ...more,
      'dataset.json': description({ channel_names: { 0: 'T1', 1: 'T2', 2: 'PD' } }),
    });
    const { image } = await (await open(root)).val.read(0);
    expect([...image.subarray(0, 6)]).toEqual([0, 255, 0, byte(1 / 23), byte(22 / 23), byte(1 / 23)]);
    await write(root, { 'dataset.json': description({ channel_names: { 0: 'T1', 1: 'T2' } }) });
    const error = await failure(open(root));
    expect([error.code, error.details.received]).toEqual(['ASL_OPTIONS_INVALID', '2: T1, T2']);
    await rm(join(root, 'imagesTr/c_3_0001.nii.gz'));
    expect((await failure(open(root))).message).toBe('an image lacks a channel, "T2"');
  });

  test('CT without a range is refused, with what one volume shows', async () => {
    const root = await madeUp({ 'dataset.json': description({ channel_names: { 0: 'CT' } }) });
    const error = await failure(open(root));
    expect([error.code, error.details.where]).toEqual(['ASL_OPTIONS_INVALID', 'dataset.range']);
    expect(error.details.remedy).toContain('dataset.range: [1010, 1110]');
    expect((await open(root, { range: [-160, 240] })).train.ids).toHaveLength(4);
  });

  test('labels that were scaled are rounded where they are nearly whole, and refused where they are not', async () => {
    const scaled = (value: number) =>
      volume((voxel) => (voxel === 5 ? value : 0), { type: 'float32', slope: 0.5, intercept: 1 });
    const root = await madeUp({ 'labelsTr/c_1.nii.gz': scaled(4.001) });
    expect((await (await open(root)).val.read(0)).label[5]).toBe(2);
    await write(root, { 'labelsTr/c_1.nii.gz': scaled(4.1) });
    const error = await failure((await open(root)).val.read(0));
    expect([error.code, error.message]).toEqual(['ASL_DATA_INVALID', 'a label holds a value that is no whole number']);
  });

  test('values that dataset.json does not name, other sizes and voxels that are no number are refused', async () => {
    const read = async (changes: Readonly<Record<string, string | Uint8Array>>) =>
      failure((await open(await madeUp(changes))).val.read(0));
    const value = await read({ 'labelsTr/c_1.nii.gz': volume((voxel) => (voxel === 5 ? 2 : 0)) });
    expect([value.code, value.details.received]).toEqual([
      'ASL_DATA_INVALID',
      expect.stringContaining('2 first at slice 0, row 1, column 1'),
    ]);
    expect(value.details.remedy).not.toMatch(/dataset\.labels/);
    const size = await read({ 'labelsTr/c_1.nii.gz': volume(() => 0, { size: [3, 4, 2] }) });
    expect([size.message, size.details.received]).toEqual(["a case's files have different sizes", '3 × 4 × 2 voxels']);
    const nan = await read({
      'imagesTr/c_1_0000.nii.gz': volume((voxel) => (voxel === 3 ? Number.NaN : 1), { type: 'float32' }),
    });
    expect([nan.code, nan.message]).toEqual(['ASL_DATA_INVALID', 'a volume holds a voxel that is no number']);
    const cut = await read({ 'imagesTr/c_1_0000.nii.gz': volume((voxel) => voxel).subarray(0, -12) });
    expect([cut.code, cut.details.where]).toEqual(['ASL_DATA_INVALID', expect.stringContaining('c_1_0000.nii.gz')]);
  });

  test('a label that lies elsewhere than its image is read as it is stored, and said', async () => {
    const moved = volume((voxel) => voxel % 2, { origin: [30, 0, 0] });
    const { val } = await open(await madeUp({ 'labelsTr/c_1.nii.gz': moved }));
    expect((await val.read(0)).notes?.join()).toContain('elsewhere in space');
  });

  test('holds the laws of data sets', async () => {
    const root = await madeUp();
    // auto comes to z here, and equal samples have equal fingerprints.
    await holdsLaws(plugin, { root, axis: 'z', cache: false, fold: 0, maximumPixels: 1000 }, root);
  });
});

describe('pictures', () => {
  const pictures = (channels: Readonly<Record<string, string>>) => ({
    'dataset.json': description({ channel_names: channels, file_ending: '.png' }),
    ...Object.fromEntries(
      [0, 1, 2, 3, 4].flatMap((n) => [
        [`imagesTr/p_${n}_0000.png`, colourPng(3, 4, n)],
        [`labelsTr/p_${n}.png`, greyPng(3, 4, (_, x) => LABELS[x] ?? 0)],
      ]),
    ),
  });

  test('colours in one file; without a file of splits a fifth is val', async () => {
    const root = await temporaryFolder();
    await write(root, pictures({ 0: 'R', 1: 'G', 2: 'B' }));
    const { train, val } = await open(root);
    expect([train.ids, val.ids]).toEqual([['p_0', 'p_1', 'p_2', 'p_3'], ['p_4']]);
    expect(train.notes).toEqual(['there is no splits_final.json: 1 of 5 cases were taken off for val']);
    const { image, label } = await val.read(0);
    expect([...image.subarray(3, 6)]).toEqual([0, 1, 4]);
    expect([...label.subarray(0, 4)]).toEqual([0, 1, 2, IGNORE_LABEL]);
    expect((await open(root, { fold: 'all' })).val.ids).toEqual([]);
    await holdsLaws(
      plugin,
      { root, fold: 'all', cache: false, maximumPixels: 1000, axis: 'z', emptySlices: true },
      root,
    );
  });

  test('16 bits with a range; a range that is needed is named as this data set has it', async () => {
    const root = await temporaryFolder();
    const bits = (value: number) =>
      encode({ width: 4, height: 3, data: new Uint16Array(12).fill(value), depth: 16, channels: 1 });
    await write(root, {
      ...pictures({ 0: 'xray' }),
      ...Object.fromEntries([0, 1, 2, 3, 4].map((n) => [`imagesTr/p_${n}_0000.png`, bits(1000 + n)])),
    });
    const { val } = await open(root, { range: [1000, 1010] });
    expect((await val.read(0)).image[0]).toBe(byte(0.4));
    const error = await failure((await open(root, { range: [0, 1000] })).val.read(0));
    expect([error.code, error.details.expected]).toEqual(['ASL_DATA_INVALID', 'values in dataset.range, [0, 1000]']);
  });

  test('channels in files of their own are refused', async () => {
    const root = await temporaryFolder();
    await write(root, { ...pictures({ 0: 'R', 1: 'G' }), 'imagesTr/p_2_0001.png': greyPng(3, 4) });
    expect((await failure(open(root))).message).toBe('the channels of pictures are files of their own');
  });
});

describe('what is refused when the data set is made', () => {
  const refused = async (changes: Readonly<Record<string, string | Uint8Array>>, options = {}) => {
    const root = await madeUp(changes);
    return { root, error: await failure(open(root, options)) };
  };

  test('regions, the first version, and what is no dataset.json', async () => {
    const regions = await refused({
      'dataset.json': description({ labels: { background: 0, whole: [1, 3], core: 3 } }),
    });
    expect([regions.error.code, regions.error.details.received]).toEqual(['ASL_DATA_INVALID', '"whole": [1,3]']);
    const first = await refused({ 'dataset.json': '{"modality": {"0": "MRI"}, "labels": {"0": "background"}}' });
    expect(first.error.details.remedy).toBe('convert the data set: nnUNetv2_convert_old_nnUNet_dataset');
    expect((await refused({ 'dataset.json': '{' })).error.code).toBe('ASL_DATA_INVALID');
    const nothing = await temporaryFolder();
    expect((await failure(open(nothing))).code).toBe('ASL_DATA_MISSING');
  });

  test('a fold that is not there, a case that is not there, a case in both parts', async () => {
    const fold = await refused({}, { fold: 2 });
    expect([fold.error.code, fold.error.details.where]).toEqual(['ASL_OPTIONS_INVALID', 'dataset.fold']);
    const splits = (train: readonly string[], val: readonly string[]) => ({
      'splits_final.json': JSON.stringify([{ train, val }]),
    });
    expect((await refused(splits(['c_1'], ['c_9']))).error.details.expected).toBe('c_9 in imagesTr and labelsTr');
    expect((await refused(splits(['c_1'], ['c_1']))).error.code).toBe('ASL_CONFIG_LEAK');
    expect((await refused(splits(['c_1', 'c_1'], ['c_2']))).error.code).toBe('ASL_DATA_INVALID');
    expect((await refused({}, { splits: 'elsewhere.json' })).error.code).toBe('ASL_DATA_MISSING');
  });

  test('two cases of one image in both parts', async () => {
    const same = files()['imagesTr/c_1_0000.nii.gz'] ?? '';
    expect((await refused({ 'imagesTr/c_2_0000.nii.gz': same })).error.code).toBe('ASL_CONFIG_LEAK');
  });

  test('an image without label, a label without image, a name without channel', async () => {
    expect((await refused({ 'imagesTr/x_0000.nii.gz': volume(() => 0) })).error.message).toBe('an image has no label');
    expect((await refused({ 'labelsTr/x.nii.gz': volume(() => 0) })).error.message).toBe('a label has no image');
    expect((await refused({ 'imagesTr/x.nii.gz': volume(() => 0) })).error.details.expected).toContain(
      'CASE_0000.nii.gz',
    );
  });
});

test('real data: every slice of Hippocampus is read, the shares of its classes are known', async (context) => {
  const root = join(DATA, 'Dataset004_Hippocampus');
  if (!existsSync(root)) context.skip(`no data at ${root}; set ASL_TEST_DATA to the folder of the real data`);
  const { classes, train, val } = await open(root);
  expect([classes, train.ids.length, val.ids.length]).toEqual([['background', 'Anterior', 'Posterior'], 2286, 581]);
  const pixels = [0, 0, 0];
  let [dark, bright, all] = [0, 0, 0];
  for (const index of val.ids.keys()) {
    const { label, image } = await val.read(index);
    for (const value of label) pixels[value] = (pixels[value] ?? 0) + 1;
    for (const value of image) {
      if (value === 0) dark++;
      if (value === 255) bright++;
    }
    all += image.length;
  }
  expect(pixels).toMatchInlineSnapshot(`
    [
      968815,
      27592,
      27226,
    ]
  `);
  // About half of a percent at either end.
  expect(dark / all).toBeLessThan(0.02);
  expect(bright / all).toBeLessThan(0.02);
});
