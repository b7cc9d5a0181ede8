import { stat } from 'node:fs/promises';
import { relative, resolve, sep } from 'node:path';
import { AslError } from '@auto-seg-loss/kernel';
import { IMAGE_ENDINGS, LABEL_ENDINGS } from '../decode/endings.ts';
import { type FolderOption, type Listing, listFolder } from './listing.ts';
import type { Pair, SplitPlace } from './pair.ts';
import { pairNames } from './pair-names.ts';
import { type ListLine, readList } from './read-list.ts';

/** A split's files. */
export interface FoundPairs {
  readonly pairs: readonly Pair[];
  /** What was decided on the way, in sentences. */
  readonly notes: readonly string[];
}

/** How messages name a split and what says where its files are. */
export interface SplitNames {
  /** The split itself: `dataset.train`. */
  readonly split: string;
  /** The option, or whatever else a person can correct, behind a field of the split's place: `dataset.train.images`. */
  readonly field: (name: keyof SplitPlace) => string;
}

/** Of a split that a config describes field by field. @param option its place there, such as `dataset.train`. */
function namesAt(option: string): SplitNames {
  return { split: option, field: (name) => `${option}.${name}` };
}

/**
 * Finds a split's files; nothing is decoded.
 * @param root absolute path of the data's folder.
 * @param named the split's place in the config, such as `dataset.train`, or how messages name its parts.
 * @throws AslError ASL_DATA_MISSING for files that are named but not there, or an image without its label;
 * ASL_DATA_INVALID for a list that cannot be understood, a sample named twice, or a split without samples.
 */
export async function findPairs(root: string, options: SplitPlace, named: string | SplitNames): Promise<FoundPairs> {
  const { list, images, labels } = options;
  const names = typeof named === 'string' ? namesAt(named) : named;
  const listOption = names.field('list');
  const lines = list === undefined ? undefined : await readList(resolve(root, list), listOption, 'dataset.root');
  if (lines?.length === 0) throw noSamples(`${listOption} = "${list}"`, 'no line in the list', names);
  const found =
    images === undefined || labels === undefined
      ? { pairs: await pairsOfPaths(root, lines ?? [], names), notes: [] }
      : await pairsOfFolders(root, { ...options, images, labels }, lines, names);
  if (found.pairs.length === 0) throw noSamples(names.split, 'none is left', names);
  rejectRepeats(found.pairs);
  return found;
}

async function pairsOfFolders(
  root: string,
  options: SplitPlace & { readonly images: string; readonly labels: string },
  lines: readonly ListLine[] | undefined,
  { field }: SplitNames,
): Promise<FoundPairs> {
  const folder = (role: 'image' | 'label' | 'mask', path: string, suffix = ''): FolderOption => ({
    role,
    folder: resolve(root, path),
    option: field(`${role}s`),
    suffix,
    suffixOption: field(`${role}Suffix`),
    endings: role === 'image' ? IMAGE_ENDINGS : LABEL_ENDINGS,
  });
  const images = await listFolder(folder('image', options.images, options.imageSuffix));
  const labels = await listFolder(folder('label', options.labels, options.labelSuffix));
  const { pairs, notes } = pairNames(images, labels, lines);
  const masks =
    options.masks === undefined ? undefined : await listFolder(folder('mask', options.masks, options.maskSuffix));
  return {
    pairs: pairs.map(({ name, first, second, origin }) => {
      const mask = masks === undefined ? undefined : maskOf(masks, name, origin);
      return { id: idOf(root, first), image: first, label: second, mask, origin };
    }),
    notes,
  };
}

function maskOf({ files, folder, suffix, option }: Listing, name: string, origin: string): string {
  const mask = files.get(name);
  if (mask !== undefined) return mask;
  throw new AslError('ASL_DATA_MISSING', 'an image has no mask', {
    where: origin,
    expected: `a file ${name}${suffix} in ${folder}`,
    received: 'none',
    remedy: `add the mask, correct ${option} and its suffix, or leave the masks out`,
  });
}

/** Lines of an image path and a label path. */
async function pairsOfPaths(root: string, lines: readonly ListLine[], names: SplitNames): Promise<readonly Pair[]> {
  const entries = lines.map(({ where, text }) => {
    const paths = text.split(text.includes('\t') ? /\t+/ : /\s+/);
    const [image, label] = paths;
    if (image === undefined || label === undefined || paths.length !== 2 || /^(-1|0|1)$/.test(label)) {
      throw new AslError('ASL_DATA_INVALID', 'a line of a list cannot be understood', {
        where,
        expected: 'two paths, of the image and of its label, with blanks or a tab between them',
        received: JSON.stringify(text),
        remedy:
          paths.length <= 2
            ? `for a list of ids, say where the files are: ${names.field('images')} and ${names.field('labels')}`
            : 'put a tab between the two paths if they contain blanks',
      });
    }
    return { where, image, label };
  });
  const prefix = await foreignPrefix(root, entries[0]?.image);
  const locate = async (path: string, where: string): Promise<string> => {
    const file = resolve(root, path.startsWith(prefix) ? path.slice(prefix.length) : path);
    const found = (await isFile(file)) ? file : await decomposed(file);
    if (found !== undefined) return found;
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
      return { id: idOf(root, imageFile), image: imageFile, label: labelFile, mask: undefined, origin: where };
    }),
  );
}

/** The file under its name with decomposed letters, as macOS writes it: lists are read with composed ones. */
async function decomposed(file: string): Promise<string | undefined> {
  const other = file.normalize('NFD');
  return other !== file && (await isFile(other)) ? other : undefined;
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

function noSamples(where: string, received: string, { split }: SplitNames): AslError {
  return new AslError('ASL_DATA_INVALID', 'a split has no samples', {
    where,
    expected: 'at least one image with its label',
    received,
    remedy: `point ${split} at the data, or check that the data arrived whole`,
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
  return relative(root, image).split(sep).join('/').normalize('NFC');
}
