import { readdir } from 'node:fs/promises';
import { extname, join, sep } from 'node:path';
import { AslError } from '@auto-seg-loss/kernel';

const IMAGE_ENDINGS: ReadonlySet<string> = new Set([
  '.png',
  '.jpg',
  '.jpeg',
  '.webp',
  '.tif',
  '.tiff',
  '.gif',
  '.avif',
]);

/** The pictures in a folder and its subfolders: from the path without ending (forward slashes) to the absolute path. */
export type FileIndex = ReadonlyMap<string, string>;

/**
 * Lists a folder's pictures by name, in the order of their names. Hidden files and other kinds of file are left out.
 * @param option as a person wrote it, such as `dataset.train.images`.
 * @throws AslError ASL_DATA_MISSING without the folder; ASL_DATA_INVALID for two files that differ in their ending only.
 */
export async function indexFolder(folder: string, option: string): Promise<FileIndex> {
  const names = await readdir(folder, { recursive: true }).catch((cause: unknown) => {
    throw new AslError('ASL_DATA_MISSING', 'a folder of the data set was not found or cannot be read', {
      where: option,
      expected: `a folder at ${folder}`,
      received: cause instanceof Error ? cause.message : String(cause),
      remedy: `correct ${option}; it is relative to dataset.root`,
      cause,
    });
  });
  const index = new Map<string, string>();
  for (const name of names.map((path) => path.split(sep).join('/')).sort(byCodeUnits)) {
    const ending = extname(name);
    if (!IMAGE_ENDINGS.has(ending.toLowerCase()) || /(^|\/)\./.test(name)) continue;
    const stem = name.slice(0, -ending.length);
    const other = index.get(stem);
    if (other !== undefined) {
      throw new AslError('ASL_DATA_INVALID', 'two files have the same name but for their ending', {
        where: `${other} and ${join(folder, name)}`,
        expected: 'one file for each name',
        remedy: 'remove one of them, or use a list that names the files',
      });
    }
    index.set(stem, join(folder, name));
  }
  return index;
}

// Not by locale: the order of the samples must be the same everywhere.
function byCodeUnits(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
