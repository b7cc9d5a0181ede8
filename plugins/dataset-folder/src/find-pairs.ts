import { stat } from 'node:fs/promises';
import { extname, relative, resolve, sep } from 'node:path';
import { AslError } from '@auto-seg-loss/kernel';
import { type FileIndex, indexFolder } from './file-index.ts';
import type { FolderSplitOptions } from './options.ts';
import type { Pair } from './pair.ts';
import { type ListLine, readList } from './read-list.ts';

/**
 * Finds a split's files; nothing is decoded.
 * @param root absolute path of the data's folder.
 * @param option the split's place in the config, such as `dataset.train`.
 * @throws AslError ASL_DATA_MISSING for files that are named but not there, or an image without its label;
 * ASL_DATA_INVALID for a list that cannot be understood, a sample named twice, or a split without samples.
 */
export async function findPairs(root: string, options: FolderSplitOptions, option: string): Promise<readonly Pair[]> {
  const { list, images, labels } = options;
  const folders =
    images === undefined || labels === undefined
      ? undefined
      : {
          images: await indexFolder(resolve(root, images), `${option}.images`),
          labels: await indexFolder(resolve(root, labels), `${option}.labels`),
          labelFolder: resolve(root, labels),
        };
  const lines = list === undefined ? undefined : await readList(resolve(root, list), `${option}.list`);
  const pairs =
    folders === undefined
      ? await pairsOfPaths(root, lines ?? [], option)
      : lines === undefined
        ? pairsOfNames(root, folders)
        : pairsOfIds(root, lines, folders);
  if (pairs.length === 0) {
    throw new AslError('ASL_DATA_INVALID', 'a split has no samples', {
      where: list === undefined ? `${option}.images = "${images}"` : `${option}.list = "${list}"`,
      expected: 'at least one image with its label',
      received: list === undefined ? 'no picture in the folder' : 'no line in the list',
      remedy: `point ${option} at the data, or check that the data arrived whole`,
    });
  }
  rejectRepeats(pairs);
  return pairs;
}

interface Folders {
  readonly images: FileIndex;
  readonly labels: FileIndex;
  readonly labelFolder: string;
}

/** Every picture of the one folder with its namesake of the other. */
function pairsOfNames(root: string, { images, labels, labelFolder }: Folders): readonly Pair[] {
  const orphan = [...labels].find(([stem]) => !images.has(stem));
  const pairs = [...images].map(([stem, image]) => {
    const label = labels.get(stem);
    if (label === undefined) throw missingLabel(image, resolve(labelFolder, `${stem}.png`));
    return { id: idOf(root, image), image, label, origin: image };
  });
  if (orphan !== undefined) {
    throw new AslError('ASL_DATA_MISSING', 'a label has no image', {
      where: orphan[1],
      expected: `an image of the name "${orphan[0]}"`,
      received: 'none',
      remedy: 'add the image, remove the label, or name the samples that count in a list',
    });
  }
  return pairs;
}

/** Lines of ids. */
function pairsOfIds(
  root: string,
  lines: readonly ListLine[],
  { images, labels, labelFolder }: Folders,
): readonly Pair[] {
  return lines.map(({ where, text }) => {
    const stem = images.has(text) ? text : text.slice(0, text.length - extname(text).length);
    const image = images.get(stem);
    if (image === undefined) {
      throw new AslError('ASL_DATA_MISSING', 'a list names an image that is not there', {
        where,
        expected: `an image of the name "${text}" in the images folder`,
        received: /\s/.test(text)
          ? 'none; the line looks like two paths, and those need no images and labels folders'
          : 'none',
        remedy: 'correct the line, or check that the data arrived whole',
      });
    }
    const label = labels.get(stem);
    if (label === undefined) throw missingLabel(image, resolve(labelFolder, `${stem}.png`), where);
    return { id: idOf(root, image), image, label, origin: where };
  });
}

/** Lines of an image path and a label path. */
async function pairsOfPaths(root: string, lines: readonly ListLine[], option: string): Promise<readonly Pair[]> {
  const entries = lines.map(({ where, text }) => {
    const paths = text.split(text.includes('\t') ? /\t+/ : /\s+/);
    const [image, label] = paths;
    if (image === undefined || label === undefined || paths.length !== 2) {
      throw new AslError('ASL_DATA_INVALID', 'a line of a list cannot be understood', {
        where,
        expected: 'two paths, of the image and of its label, with blanks or a tab between them',
        received: JSON.stringify(text),
        remedy:
          paths.length === 1
            ? `for a list of ids, say where the files are: ${option}.images and ${option}.labels`
            : 'put a tab between the two paths if they contain blanks',
      });
    }
    return { where, image, label };
  });
  const prefix = await foreignPrefix(root, entries[0]?.image);
  const locate = async (path: string, where: string): Promise<string> => {
    const file = resolve(root, path.startsWith(prefix) ? path.slice(prefix.length) : path);
    if (await isFile(file)) return file;
    throw new AslError('ASL_DATA_MISSING', 'a list names a file that is not there', {
      where,
      expected: `a file at ${file}`,
      received: 'none',
      remedy: 'correct the line (paths are relative to dataset.root), or check that the data arrived whole',
    });
  };
  return Promise.all(
    entries.map(async ({ where, image, label }) => {
      const [imageFile, labelFile] = await Promise.all([locate(image, where), locate(label, where)]);
      return { id: idOf(root, imageFile), image: imageFile, label: labelFile, origin: where };
    }),
  );
}

/**
 * What to take off the front of a list's paths so that its first image is found; nothing if it is found as it stands, or
 * not at all. One prefix for the whole list: a single wrong line must not find some other file.
 */
async function foreignPrefix(root: string, first: string | undefined): Promise<string> {
  if (first === undefined || (await isFile(resolve(root, first)))) return '';
  for (let end = first.indexOf('/'); end !== -1; end = first.indexOf('/', end + 1)) {
    if (await isFile(resolve(root, first.slice(end + 1)))) return first.slice(0, end + 1);
  }
  return '';
}

async function isFile(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  return found?.isFile() === true;
}

function missingLabel(image: string, expected: string, origin: string = image): AslError {
  return new AslError('ASL_DATA_MISSING', 'an image has no label', {
    where: origin,
    expected: `a label for ${image}, such as ${expected}`,
    received: 'none',
    remedy: 'add the label, or leave the image out (remove it, or name the samples that count in a list)',
  });
}

function rejectRepeats(pairs: readonly Pair[]): void {
  const seen = new Map<string, Pair>();
  for (const pair of pairs) {
    const before = seen.get(pair.image);
    if (before !== undefined) {
      throw new AslError('ASL_DATA_INVALID', 'an image is named twice in one split', {
        where: `${before.origin} and ${pair.origin}`,
        expected: 'each image once',
        received: pair.id,
        remedy: 'remove one of the two lines',
      });
    }
    seen.set(pair.image, pair);
  }
}

function idOf(root: string, image: string): string {
  return relative(root, image).split(sep).join('/');
}
