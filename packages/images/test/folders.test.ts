import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { IGNORE_LABEL, isAslError } from '@auto-seg-loss/kernel';
import { afterAll, describe, expect, test } from 'vitest';
import {
  configOptionNames,
  decodeLabel,
  findPairs,
  type LabelOptions,
  labelReading,
  leaveOut,
  readClasses,
  type SplitPlace,
} from '../src/index.ts';

interface Counts {
  readonly classes: readonly number[];
  readonly ignored: number;
  readonly slices: number;
}

interface Folder {
  readonly name: string;
  readonly images: Readonly<Record<string, readonly [height: number, width: number]>>;
  readonly files: Readonly<Record<string, string>>;
  readonly split: SplitPlace;
  readonly classes?: number | readonly string[];
  readonly labels?: LabelOptions;
  readonly counts?: Readonly<Record<string, Counts>>;
  readonly refused?: { readonly names: string; readonly says: readonly string[] };
}

// Written and counted by Pillow, tifffile, nibabel and numpy: golden/make-folders.py, which says what is in a folder.
const folders = JSON.parse(
  gunzipSync(await readFile(new URL('golden/folders.json.gz', import.meta.url))).toString(),
) as readonly Folder[];

const roots = await mkdtemp(join(tmpdir(), 'asl-label-folders-'));
afterAll(() => rm(roots, { recursive: true, force: true }));

async function place(root: string, { images, files }: Folder): Promise<void> {
  const contents = [
    ...Object.keys(images).map((path) => [path, Buffer.of()] as const),
    ...Object.entries(files).map(([path, content]) => [path, Buffer.from(content, 'base64')] as const),
  ];
  for (const [path, content] of contents) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), content);
  }
}

/** The counts of each of a folder's labels, as the data sets and `asl evaluate` read them. */
async function countsOf(root: string, { split, classes, labels }: Folder): Promise<Record<string, Counts>> {
  const reading = await labelReading({
    ...(classes === undefined ? {} : { classes }),
    ...(labels === undefined ? {} : { labels }),
    baseDir: root,
    names: configOptionNames('dataset.labels'),
    where: 'dataset.labels',
  });
  const { pairs } = await findPairs(root, split, 'dataset.train');
  const counts: Record<string, Counts> = {};
  for (const { id, label, mask } of pairs) {
    const values = await decodeLabel(await readFile(label), label);
    const found = readClasses(values, reading, label);
    if (mask !== undefined) leaveOut(found, await decodeLabel(await readFile(mask), mask));
    const perClass = reading.classes.map((_, index) => found.filter((class_) => class_ === index).length);
    const ignored = found.filter((class_) => class_ === IGNORE_LABEL).length;
    counts[id] = { classes: perClass, ignored, slices: values.slices };
  }
  return counts;
}

describe('folders of labels as people have them: the right counts, or a message that names the file', () => {
  test('there are a thousand, and of each kind many', () => {
    expect(folders).toHaveLength(1000);
    expect(folders.filter(({ refused }) => refused !== undefined).length).toBeGreaterThan(250);
  });

  test.each(folders)('$name', async (folder) => {
    const root = await mkdtemp(join(roots, 'data-'));
    await place(root, folder);
    const result: unknown = await countsOf(root, folder).catch((error) => error);
    if (folder.refused === undefined) {
      if (result instanceof Error) throw result;
      expect(result).toEqual(folder.counts);
      return;
    }
    if (!isAslError(result)) throw new Error(`not refused: ${JSON.stringify(result)}`);
    expect(result.code).toMatch(/^ASL_DATA_(INVALID|MISSING)$/);
    const text = result.format();
    for (const part of [folder.refused.names, ...folder.refused.says]) expect(text).toContain(part);
    expect(result.details.remedy).toBeDefined();
  });
});
