import { stat } from 'node:fs/promises';
import { basename, dirname, extname, relative, resolve, sep } from 'node:path';
import { IMAGE_ENDINGS, listFolder, pairNames, readList } from '@auto-seg-loss/images';
import { AslError, systemReason } from '@auto-seg-loss/kernel';

/** An image file to be predicted. */
export interface ImageFile {
  /** What its outputs are called: with forward slashes, without ending. */
  readonly name: string;
  /** Absolute path. */
  readonly path: string;
}

/** The images that a command names. */
export interface FoundImages {
  readonly images: readonly ImageFile[];
  /** Folders among the arguments, absolute. */
  readonly folders: readonly string[];
  /** What was decided on the way, in sentences. */
  readonly notes: readonly string[];
}

/**
 * Finds images: all of a folder and its subfolders, and files. An image of a folder is called by its path in it; files by their
 * paths in the deepest folder that holds all of them.
 * @param list a text file with the names that count, one a line.
 * @throws AslError ASL_DATA_MISSING for what is not there, or no image at all; ASL_DATA_INVALID for two of one name.
 */
export async function findImages(paths: readonly string[], list: string | undefined): Promise<FoundImages> {
  const folders: string[] = [];
  const files: string[] = [];
  for (const path of paths) ((await isFolder(path)) ? folders : files).push(resolve(path));
  const named = new Map<string, string>();
  const add = (name: string, path: string): void => {
    const other = named.get(name);
    if (other === path) return;
    if (other !== undefined) throw sameName(other, path, name);
    named.set(name, path);
  };
  for (const folder of folders) {
    const listing = await listFolder({ ...IMAGES, folder });
    for (const [name, path] of listing.files) add(name, path);
  }
  const top = commonFolder(files);
  for (const file of files) add(withoutEnding(relative(top, file).split(sep).join('/').normalize('NFC')), file);
  if (named.size === 0) throw noImage(paths);
  if (list === undefined) return { images: imagesOf(named), folders, notes: [] };
  const lines = await readList(resolve(list), '--list', 'the current folder');
  const all = { ...IMAGES, folder: folders[0] ?? top, files: named, stems: [...named.keys()] };
  const { pairs, notes } = pairNames(all, all, lines);
  if (pairs.length === 0) throw noImage([`--list ${list}`]);
  return { images: pairs.map(({ name, first }) => ({ name, path: first })), folders, notes };
}

const IMAGES = { role: 'image', option: 'IMAGES', suffix: '', suffixOption: '--list', endings: IMAGE_ENDINGS } as const;

function imagesOf(named: ReadonlyMap<string, string>): readonly ImageFile[] {
  return [...named].map(([name, path]) => ({ name, path }));
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch (cause) {
    throw new AslError('ASL_DATA_MISSING', 'an image or a folder of images is not there', {
      where: 'IMAGES',
      expected: `a file or a folder at ${resolve(path)}`,
      received: systemReason(cause),
      remedy: 'correct the path',
      cause,
    });
  }
}

function commonFolder(files: readonly string[]): string {
  const [first, ...more] = files.map((file) => dirname(file).split(sep));
  if (first === undefined) return '';
  const shared = more.reduce((common, parts) => {
    const end = common.findIndex((part, index) => parts[index] !== part);
    return end === -1 ? common : common.slice(0, end);
  }, first);
  return shared.join(sep) || sep;
}

function withoutEnding(name: string): string {
  const ending = extname(name);
  return IMAGE_ENDINGS.includes(ending.toLowerCase()) ? name.slice(0, name.length - ending.length) : name;
}

function sameName(one: string, other: string, name: string): AslError {
  return new AslError('ASL_DATA_INVALID', 'two images would have outputs of one name', {
    where: `${one} and ${other}`,
    expected: 'a name of its own for each image, without ending',
    received: `${name} for both`,
    remedy:
      basename(one) === basename(other)
        ? 'name the folder that holds both, whose subfolders are kept; or call the command for each by itself'
        : 'rename one of them, or call the command for each by itself',
  });
}

function noImage(paths: readonly string[]): AslError {
  return new AslError('ASL_DATA_MISSING', 'there are no images', {
    where: paths.join(', '),
    expected: `files of these endings: ${IMAGE_ENDINGS.join(' ')}`,
    received: 'none',
    remedy: 'name the folder of the images, or check that they arrived whole',
  });
}
