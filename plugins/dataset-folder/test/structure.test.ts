import { join } from 'node:path';
import { plugin } from '@auto-seg-loss/dataset-folder';
import type { AslError } from '@auto-seg-loss/kernel';
import { fc, test } from '@fast-check/vitest';
import { describe, expect, vi } from 'vitest';
import { colourPng, failure, greyPng, temporaryFolder, write } from '../../../packages/samples/test/fixtures.ts';
import { open, PLAIN, plainFolders } from './fixtures.ts';

const LISTS = { classes: 3, train: { list: 'train.txt' }, val: { list: 'val.txt' } } as const;

test('val may be left out: the training images stay together, and its split is empty', async () => {
  const root = await temporaryFolder();
  await write(root, plainFolders());
  const { val: _, ...options } = PLAIN;
  const data = await open(root, options);
  expect(data.train.ids).toHaveLength(2);
  expect(data.val.ids).toEqual([]);
  expect(await data.fingerprint()).not.toBe(await (await open(root)).fingerprint());
  await expect(data.val.read(0)).rejects.toMatchObject({ code: 'ASL_ARGUMENT_INVALID' });
});

describe('layouts', () => {
  test('plain folders pair files of equal names, in the order of the names', async () => {
    const root = await temporaryFolder();
    await write(root, { ...plainFolders(), 'train/images/Thumbs.db': 'x', 'train/images/.hidden.png': 'x' });
    const data = await open(root);
    expect(data.train.ids).toEqual(['train/images/a.png', 'train/images/b.png']);
    expect(data.val.ids).toEqual(['val/images/c.png']);
    expect(data.classes).toEqual(['class 0', 'class 1', 'class 2']);
  });

  test('a list of pairs keeps its order; Windows line ends, blank lines and backslashes are taken', async () => {
    const root = await temporaryFolder();
    await write(root, {
      ...plainFolders(),
      'train.txt':
        '\uFEFFtrain\\images\\b.png train\\labels\\b.png\r\n\r\n  train/images/a.png\ttrain/labels/a.png  \r\n',
      'val.txt': 'val/images/c.png val/labels/c.png',
    });
    const data = await open(root, LISTS);
    expect(data.train.ids).toEqual(['train/images/b.png', 'train/images/a.png']);
  });

  test("a list with another machine's prefix, as CamVid is published, is read without it", async () => {
    const root = await temporaryFolder();
    await write(root, {
      ...plainFolders(),
      'train.txt':
        '/SegNet/CamVid/train/images/a.png /SegNet/CamVid/train/labels/a.png\n/SegNet/CamVid/train/images/b.png /SegNet/CamVid/train/labels/b.png\n',
      'val.txt': '/SegNet/CamVid/val/images/c.png /SegNet/CamVid/val/labels/c.png\n',
    });
    const data = await open(root, LISTS);
    expect(data.train.ids).toEqual(['train/images/a.png', 'train/images/b.png']);
    expect((await data.val.read(0)).image[2]).toBe(3);
  });

  test('one wrong line of a list does not find a file of the same name elsewhere', async () => {
    const root = await temporaryFolder();
    await write(root, {
      ...plainFolders(),
      'train.txt': 'train/images/a.png train/labels/a.png\nelsewhere/train/images/b.png train/labels/b.png\n',
      'val.txt': 'val/images/c.png val/labels/c.png\n',
    });
    const error = await failure(open(root, LISTS));
    expect(error.code).toBe('ASL_DATA_MISSING');
    expect(error.details.where).toBe(`${join(root, 'train.txt')}:2`);
    expect(error.details.expected).toContain('elsewhere/train/images/b.png');
  });

  test('a list of ids finds images and labels of different formats, with and without the ending', async () => {
    const root = await temporaryFolder();
    await write(root, {
      'JPEGImages/s/1.webp': colourPng(2, 2, 1),
      'JPEGImages/2.jpg': colourPng(2, 2, 2),
      'JPEGImages/3.png': colourPng(2, 2, 3),
      'Labels/s/1.png': greyPng(2, 2),
      'Labels/2.png': greyPng(2, 2),
      'Labels/3.png': greyPng(2, 2),
      'train.txt': 's/1\n2.jpg\n',
      'val.txt': '3\n',
    });
    const folders = { images: 'JPEGImages', labels: 'Labels' };
    const data = await open(root, {
      classes: ['background'],
      train: { list: 'train.txt', ...folders },
      val: { list: 'val.txt', ...folders },
    });
    expect(data.train.ids).toEqual(['JPEGImages/s/1.webp', 'JPEGImages/2.jpg']);
    expect(data.classes).toEqual(['background']);
  });

  test('environment variables stand in the root', async () => {
    const root = await temporaryFolder();
    await write(join(root, 'deep', 'er'), plainFolders());
    vi.stubEnv('ASL_TEST_ROOT', join(root, 'deep'));
    try {
      for (const name of ['$ASL_TEST_ROOT/er', `\${ASL_TEST_ROOT}/er`]) {
        const data = await plugin.create(plugin.options.parse({ root: name, ...PLAIN }), {
          baseDir: '/',
          cacheDir: root,
        });
        expect(data.train.ids).toHaveLength(2);
      }
      const missing = plugin.create(plugin.options.parse({ root: '$ASL_TEST_ROOT/gone', ...PLAIN }), {
        baseDir: '/',
        cacheDir: root,
      });
      const error = await Promise.resolve(missing).catch((reason: unknown) => reason);
      expect(error).toMatchObject({ code: 'ASL_DATA_MISSING' });
      // What a variable holds may be a secret.
      expect((error as AslError).format()).not.toContain(root);
    } finally {
      vi.unstubAllEnvs();
    }
  });
});

describe('a val split that is taken off train', () => {
  const folders = (count: number, same: readonly number[] = []) =>
    Object.fromEntries(
      Array.from({ length: count }, (_, index) => index).flatMap((index) => [
        [`images/${index}.png`, colourPng(4, 6, same.includes(index) ? 200 : index)],
        [`labels/${index}.png`, greyPng(4, 6)],
      ]),
    );
  const options = (fraction: number) => ({
    classes: 1,
    train: { images: 'images', labels: 'labels' },
    val: { fraction },
  });
  const numbers = (ids: readonly string[]) => ids.map((id) => Number(/(\d+)\.png/.exec(id)?.[1]));

  test.prop([fc.integer({ min: 2, max: 40 }), fc.double({ min: 0.05, max: 0.9, noNaN: true })], { numRuns: 12 })(
    'has the share of the images; both sides together are all of them, each once',
    async (count, fraction) => {
      const root = await temporaryFolder();
      await write(root, folders(count));
      const { train, val } = await open(root, options(fraction));
      expect(val.ids).toHaveLength(Math.min(Math.max(Math.round(count * fraction), 1), count - 1));
      expect([...numbers(train.ids), ...numbers(val.ids)].sort((a, b) => a - b)).toEqual([...Array(count).keys()]);
    },
  );

  test('neighbours stay together, and each stretch of the names gives some', async () => {
    const root = await temporaryFolder();
    await write(root, folders(32));
    const { val } = await open(root, options(0.25));
    expect(numbers(val.ids).sort((a, b) => a - b)).toEqual([12, 13, 14, 15, 28, 29, 30, 31]);
  });

  test('copies of training images stay in train', async () => {
    const root = await temporaryFolder();
    await write(root, folders(8, [0, 7]));
    const { train, val } = await open(root, options(0.25));
    expect(numbers(val.ids)).toEqual([6]);
    expect(numbers(train.ids)).toContain(7);
  });

  test('one image cannot be divided', async () => {
    const root = await temporaryFolder();
    await write(root, folders(1));
    expect((await failure(open(root, options(0.5)))).details.where).toBe('dataset.val.fraction');
  });
});

describe('what is refused when the data set is made', () => {
  const refused = async (
    files: Readonly<Record<string, string | Uint8Array | undefined>>,
    options: Readonly<Record<string, unknown>> = PLAIN,
  ) => {
    const root = await temporaryFolder();
    const all = Object.entries({ ...plainFolders(), ...files }).filter(
      (entry): entry is [string, string | Uint8Array] => entry[1] !== undefined,
    );
    await write(root, Object.fromEntries(all));
    return { root, error: await failure(open(root, options)) };
  };

  test('an unset variable, by its name, with how to get the data', async () => {
    const error = await failure(
      open('/', { ...PLAIN, root: '$ASL_NO_SUCH/x', source: 'clone the tutorial repository' }),
    );
    expect(error.code).toBe('ASL_DATA_MISSING');
    expect(error.message).toContain('ASL_NO_SUCH');
    expect(error.details.remedy).toContain('export ASL_NO_SUCH=');
    expect(error.details.remedy).toContain('clone the tutorial repository');
  });

  test('a missing root', async () => {
    const error = await failure(open('/', { ...PLAIN, root: 'no-such-folder', source: 'from the shop' }));
    expect(error.code).toBe('ASL_DATA_MISSING');
    expect(error.details.where).toBe('dataset.root = "no-such-folder"');
    expect(error.details.expected).toContain('/no-such-folder');
    expect(error.details.remedy).toContain('from the shop');
  });

  test('a missing folder of a split', async () => {
    const { root, error } = await refused({}, { ...PLAIN, val: { images: 'val/images', labels: 'val/masks' } });
    expect(error.code).toBe('ASL_DATA_MISSING');
    expect(error.details.where).toBe('dataset.val.labels');
    expect(error.details.expected).toContain(join(root, 'val/masks'));
  });

  test('a missing list', async () => {
    const { error } = await refused({}, LISTS);
    expect(error.code).toBe('ASL_DATA_MISSING');
    expect(error.details.where).toBe('dataset.train.list');
  });

  test('an image without its label', async () => {
    const { root, error } = await refused({ 'train/labels/b.png': undefined });
    expect(error.code).toBe('ASL_DATA_MISSING');
    expect(error.details.where).toBe(join(root, 'train/images/b.png'));
    expect(error.details.expected).toContain(join(root, 'train/labels/b.png'));
  });

  test('a label without its image', async () => {
    const { root, error } = await refused({ 'train/images/b.png': undefined });
    expect(error.code).toBe('ASL_DATA_MISSING');
    expect(error.details.where).toBe(join(root, 'train/labels/b.png'));
  });

  test('an id without an image, and one without a label, with the line', async () => {
    const lists = { ...PLAIN, train: { ...PLAIN.train, list: 'ids.txt' } };
    const none = await refused({ 'ids.txt': 'a\n\nx\n' }, lists);
    expect(none.error.code).toBe('ASL_DATA_MISSING');
    expect(none.error.details.where).toBe(`${join(none.root, 'ids.txt')}:3`);
    const unlabelled = await refused({ 'ids.txt': 'a\nb\n', 'train/labels/b.png': undefined }, lists);
    expect(unlabelled.error.code).toBe('ASL_DATA_MISSING');
    expect(unlabelled.error.details.where).toBe(`${join(unlabelled.root, 'ids.txt')}:2`);
  });

  test('ids without the folders that they need, and lines of three words', async () => {
    const ids = await refused({ 'train.txt': 'a\n', 'val.txt': 'c\n' }, LISTS);
    expect(ids.error.code).toBe('ASL_DATA_INVALID');
    expect(ids.error.details.remedy).toContain('dataset.train.images');
    const words = await refused({ 'train.txt': 'my image.png label.png\n', 'val.txt': 'c\n' }, LISTS);
    expect(words.error.code).toBe('ASL_DATA_INVALID');
    expect(words.error.details.remedy).toContain('tab');
  });

  test('an empty list and an empty folder', async () => {
    const list = await refused({ 'train.txt': '\n\n', 'val.txt': '' }, LISTS);
    expect(list.error.code).toBe('ASL_DATA_INVALID');
    expect(list.error.details.where).toBe('dataset.train.list = "train.txt"');
    const folder = await refused({
      'val/images/c.png': undefined,
      'val/labels/c.png': undefined,
      'val/images/readme.txt': 'x',
      'val/labels/readme.txt': 'x',
    });
    expect(folder.error.code).toBe('ASL_DATA_MISSING');
    expect(folder.error.details.where).toBe('dataset.val.images');
    expect(folder.error.details.received).toBe('none of these kinds');
  });

  test('an image twice in a list', async () => {
    const line = 'train/images/a.png train/labels/a.png\n';
    const { root, error } = await refused(
      { 'train.txt': line + line, 'val.txt': 'val/images/c.png val/labels/c.png' },
      LISTS,
    );
    expect(error.code).toBe('ASL_DATA_INVALID');
    expect(error.details.where).toBe(`${join(root, 'train.txt')}:1 and ${join(root, 'train.txt')}:2`);
  });

  test('two images that differ in their ending only', async () => {
    const { error } = await refused({ 'train/images/a.jpg': 'x' });
    expect(error.code).toBe('ASL_DATA_INVALID');
    expect(error.details.where).toMatch(/a\.jpg and .*a\.png/);
  });

  test('the same file in train and val', async () => {
    const { root, error } = await refused(
      {
        'train.txt': 'train/images/a.png train/labels/a.png\ntrain/images/b.png train/labels/b.png\n',
        'val.txt': 'val/images/c.png val/labels/c.png\n./train/images/a.png train/labels/a.png\n',
      },
      LISTS,
    );
    expect(error.code).toBe('ASL_CONFIG_LEAK');
    expect(error.details.where).toBe(`train: ${join(root, 'train.txt')}:1; val: ${join(root, 'val.txt')}:2`);
  });

  test('the same image under two names in train and val', async () => {
    const { error } = await refused({ 'val/images/c.png': colourPng(4, 6, 2) });
    expect(error.code).toBe('ASL_CONFIG_LEAK');
    expect(error.details.received).toBe('train/images/b.png and val/images/c.png');
  });

  test('but not tiles of one colour, which show nothing that could be known again', async () => {
    const folder = await temporaryFolder();
    await write(folder, {
      ...plainFolders(),
      'train/images/b.png': greyPng(4, 6, 7),
      'val/images/c.png': greyPng(4, 6, 7),
    });
    const dataset = await open(folder);
    expect([dataset.train.ids.length, dataset.val.ids.length]).toEqual([2, 1]);
  });
});

describe('options', () => {
  const problems = (options: Readonly<Record<string, unknown>>): string[] => {
    const result = plugin.options.safeParse({ root: '.', ...PLAIN, ...options });
    return result.success ? [] : result.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
  };

  test.each([
    [{ ignoreLabel: 2 }, 'ignoreLabel: 2 is the value of class "class 2"'],
    [{ ignoreLabel: [255, 0] }, 'ignoreLabel: 0 is the value of class "class 0"'],
    [{ classes: ['road', 'sky', 'road'] }, 'classes: class names must differ'],
    [{ colors: [[1, 2, 3]] }, 'colors: expected a colour for each of the 3 classes, received 1'],
    [{ train: {} }, 'train: give a list, or the folders images and labels'],
    [{ val: { images: 'x' } }, 'val: images and labels must be given together'],
    [{ train: { list: 'a', image: 'b' } }, 'train: Unrecognized key: "image"'],
    [{ classes: 256 }, 'classes: '],
  ])('%j is refused', (options, expected) => {
    expect(problems(options).join('\n')).toContain(expected);
  });

  test('255 and several values may be ignored', () => {
    expect(problems({ ignoreLabel: 255 })).toEqual([]);
    expect(problems({ ignoreLabel: [3, 255] })).toEqual([]);
  });
});
