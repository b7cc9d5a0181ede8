import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { isAslError } from '@auto-seg-loss/kernel';
import { fc, test } from '@fast-check/vitest';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { listFolder } from '../../src/names/listing.ts';
import { type Pairing, pairNames } from '../../src/names/pair-names.ts';
import { readList } from '../../src/names/read-list.ts';

let root: string;
let count = 0;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'asl-names-'));
});
afterAll(() => rm(root, { recursive: true, force: true }));

interface Case {
  readonly images: readonly string[];
  readonly labels: readonly string[];
  readonly imageSuffix?: string;
  readonly labelSuffix?: string;
  readonly list?: string | Uint8Array;
}

async function pair({ images, labels, imageSuffix = '', labelSuffix = '', list }: Case): Promise<Pairing> {
  const folder = join(root, String(++count));
  for (const [part, names] of [
    ['images', images],
    ['labels', labels],
  ] as const) {
    await mkdir(join(folder, part), { recursive: true });
    for (const name of names) {
      await mkdir(dirname(join(folder, part, name)), { recursive: true });
      await writeFile(join(folder, part, name), '');
    }
  }
  const endings = ['.png', '.jpg', '.gif', '.nii.gz', '.tif'];
  const option = (role: string, suffix: string) => ({
    role,
    folder: join(folder, `${role}s`),
    option: `train.${role}s`,
    suffix,
    suffixOption: `train.${role}Suffix`,
    endings,
  });
  const first = await listFolder(option('image', imageSuffix));
  const second = await listFolder(option('label', labelSuffix));
  if (list === undefined) return pairNames(first, second);
  await writeFile(join(folder, 'list.txt'), list);
  return pairNames(first, second, await readList(join(folder, 'list.txt'), 'train.list', 'dataset.root'));
}

const short = ({ pairs }: Pairing) =>
  pairs.map(({ name, first, second }) => [
    name,
    relative(root, first).split('/').slice(2).join('/'),
    relative(root, second).split('/').slice(2).join('/'),
  ]);

async function refusal(given: Case): Promise<string> {
  const error = await pair(given).catch((caught: unknown) => caught);
  if (isAslError(error)) return error.format();
  throw new Error('nothing was refused');
}

describe('pairing by names', () => {
  test('equal names, with other endings and in subfolders; what is beside them is left out', async () => {
    const images = [
      'a/1.jpg',
      'b.jpg',
      '._b.jpg',
      'Thumbs.db',
      '.ipynb_checkpoints/b-checkpoint.jpg',
      '__MACOSX/b.jpg',
      'notes.txt',
    ];
    expect(short(await pair({ images, labels: ['a/1.png', 'b.png', '.DS_Store'] }))).toEqual([
      ['a/1', 'a/1.jpg', 'a/1.png'],
      ['b', 'b.jpg', 'b.png'],
    ]);
  });

  test('suffixes on either side; other suffixes are left out', async () => {
    const images = ['city/x_000_leftImg8bit.png', 'city/x_000_rightImg8bit.png'];
    const labels = [
      'city/x_000_gtFine_color.png',
      'city/x_000_gtFine_labelIds.png',
      'city/x_000_gtFine_instanceIds.png',
    ];
    const given = { images, labels, imageSuffix: '_leftImg8bit', labelSuffix: '_gtFine_labelIds.png' };
    expect(short(await pair(given))).toEqual([['city/x_000', images[0], labels[1]]]);
  });

  test('images and labels in one folder, told apart by their endings', async () => {
    const both = ['a.jpg', 'a.png', 'b.jpg', 'b.png'];
    const given = { images: both, labels: both };
    expect(await refusal(given)).toContain('train.imageSuffix which of them it is (".png", for example)');
    const told = await pair({ ...given, imageSuffix: '.jpg', labelSuffix: '.png' });
    expect(short(told)).toEqual([
      ['a', 'a.jpg', 'a.png'],
      ['b', 'b.jpg', 'b.png'],
    ]);
  });

  test('names that are written with composed and with decomposed letters', async () => {
    expect(short(await pair({ images: ['Zu\u0308rich.png'], labels: ['Z\u00fcrich.png'] }))).toHaveLength(1);
  });

  test('subfolders on one side only', async () => {
    expect(short(await pair({ images: ['north/a.png', 'south/b.png'], labels: ['a.png', 'b.png'] }))).toHaveLength(2);
  });

  test('a link counts as the file that it leads to; a folder that is linked to is none', async () => {
    const folder = join(root, String(++count));
    await mkdir(join(folder, 'x'), { recursive: true });
    await writeFile(join(folder, 'a.png'), '');
    await symlink(join(folder, 'a.png'), join(folder, 'x', 'b.png'));
    await symlink(folder, join(folder, 'x', 'c.png'));
    const listing = await listFolder({
      role: 'image',
      folder: join(folder, 'x'),
      option: 'o',
      suffix: '',
      suffixOption: 's',
      endings: ['.png'],
    });
    expect([...listing.files.keys()]).toEqual(['b']);
  });

  test.each([
    [
      { images: ['n/x_1_leftImg8bit.png'], labels: ['n/x_1_gtFine_color.png', 'n/x_1_gtFine_labelTrainIds.png'] },
      'say train.imageSuffix: "_leftImg8bit" and train.labelSuffix: "_gtFine_labelTrainIds"; or',
    ],
    [{ images: ['1.jpg', '2.jpg'], labels: ['1_mask.png', '2_mask.png'] }, 'say train.labelSuffix: "_mask"'],
    [
      { images: ['c_0000.nii.gz', 'd_0000.nii.gz'], labels: ['c.nii.gz', 'd.nii.gz'] },
      'say train.imageSuffix: "_0000"',
    ],
    [
      { images: ['21_training.tif', '22_training.tif'], labels: ['21_manual1.gif', '22_manual1.gif'] },
      'say train.imageSuffix: "_training" and train.labelSuffix: "_manual1"',
    ],
  ])('names that differ in what they end with: %j', async (given, expected) => {
    expect(await refusal(given)).toContain(expected);
    const [, image, label] = /imageSuffix: "([^"]*)"(?: and train\.labelSuffix: "([^"]*)")?/.exec(expected) ?? [];
    const only = /labelSuffix: "([^"]*)"/.exec(expected)?.[1];
    const { pairs } = await pair({ ...given, imageSuffix: image ?? '', labelSuffix: label ?? only ?? '' });
    expect(pairs).toHaveLength(given.images.length);
  });

  test.each([
    [{ images: ['a.png', 'b.png'], labels: ['a.png'] }, /an image has no label[\s\S]*b\.png/],
    [{ images: ['a.png'], labels: ['a.png', 'b.png'] }, /a label has no image[\s\S]*b\.png/],
    [{ images: [], labels: ['a.png'] }, /there are no images/],
    [{ images: ['a.txt'], labels: ['a.png'] }, /there are no images[\s\S]*none of these kinds/],
    [{ images: ['a.png', 'a.jpg'], labels: ['a.png'] }, /same name but for their ending/],
  ])('what is missing is named: %j', async (given, expected) => {
    expect(await refusal(given)).toMatch(expected);
  });

  test.prop(
    [
      fc.uniqueArray(fc.stringMatching(/^[a-z]{1,3}[0-9]{1,3}$/), { minLength: 1, maxLength: 6 }),
      fc.constantFrom('', '_x', '_leftImg8bit', '-img'),
      fc.constantFrom('_y', '_gt', '-mask'),
    ],
    { numRuns: 25 },
  )('following the proposal pairs all, whatever the names are', async (names, imageSuffix, labelSuffix) => {
    const given = {
      images: names.map((name) => `${name}${imageSuffix}.jpg`),
      labels: names.map((name) => `${name}${labelSuffix}.png`),
    };
    const text = await refusal(given);
    const first = /train\.imageSuffix: "([^"]*)"/.exec(text)?.[1] ?? '';
    const second = /train\.labelSuffix: "([^"]*)"/.exec(text)?.[1] ?? '';
    const { pairs } = await pair({ ...given, imageSuffix: first, labelSuffix: second });
    expect(pairs).toHaveLength(names.length);
  });
});

describe('lists', () => {
  const given = { images: ['a.jpg', 'b 1.jpg', 'sub/c.jpg'], labels: ['a.png', 'b 1.png', 'sub/c.png'] };
  const named = async (list: string | Uint8Array) => (await pair({ ...given, list })).pairs.map(({ name }) => name);

  test.each([
    ['plain', 'a\nsub/c\n'],
    ['Windows', '\uFEFFa\r\nsub\\c\r\n\r\n'],
    ['endings', 'a.jpg\nsub/c.png\n'],
    ['a foreign prefix', 'data/seg/a\ndata/seg/sub/c\n'],
    ['flags', 'a  1\nsub/c 0\nb 1 -1\n'],
    ['UTF-16 with a mark', Buffer.from('\uFEFFa\r\nsub/c\r\n', 'utf16le')],
    ['UTF-16 without a mark', Buffer.from('a\r\nsub/c\r\n', 'utf16le')],
    ['UTF-16, big endian', Buffer.from('\uFEFFa\nsub/c\n', 'utf16le').swap16()],
  ])('%s', async (_, list) => {
    expect(await named(list)).toEqual(['a', 'sub/c']);
  });

  test('a name with blanks is no flag', async () => {
    expect(await named('b 1\n')).toEqual(['b 1']);
  });

  test.each([
    ['images', { images: ['city/a.jpg', 'town/b.jpg'], labels: ['a.png', 'b.png'] }],
    ['labels', { images: ['a.jpg', 'b.jpg'], labels: ['city/a.png', 'town/b.png'] }],
  ])('subfolders that only %s have may stand in it', async (_, files) => {
    for (const list of ['city/a\ntown/b\n', 'a\nb\n', 'old/city/a.jpg\nold/town/b.jpg\n']) {
      expect((await pair({ ...files, list })).pairs.map(({ name }) => name)).toEqual(['a', 'b']);
    }
    expect(await refusal({ ...files, list: 'city/a\ncity/b\n' })).toContain('a list names an image that is not there');
  });

  test('names may have dots, and stand in it with their suffix and without ending', async () => {
    const files = { images: ['x.y_im.png', 'x.z_im.png'], labels: ['x.y.png', 'x.z.png'], imageSuffix: '_im' };
    for (const list of ['x.y_im\nx.z_im\n', 'x.y\nx.z\n', 'x.y.png\nx.z_im.png\n']) {
      expect((await pair({ ...files, list })).pairs.map(({ name }) => name)).toEqual(['x.y', 'x.z']);
    }
  });

  test('what the flag -1 leaves out is said', async () => {
    const { notes } = await pair({ ...given, list: 'a 1\nsub/c -1\n' });
    expect(notes).toEqual([expect.stringMatching(/^1 of 2 lines of the list have the flag -1 .*list\.txt:2/)]);
  });

  test.each([
    ['a\na\n', /named twice[\s\S]*list\.txt:1 and .*list\.txt:2/],
    ['a\nz\n', /a list names an image that is not there[\s\S]*list\.txt:2/],
    ['a b\n', /the line looks like two paths/],
  ])('%j is refused', async (list, expected) => {
    expect(await refusal({ ...given, list })).toMatch(expected);
  });
});
