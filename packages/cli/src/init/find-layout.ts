import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { SplitPlace } from '@auto-seg-loss/images';

/** How a folder of data is laid out. */
export interface Layout {
  /** What it looks like, for the person who asked. */
  readonly name: string;
  readonly train: SplitPlace;
  /** undefined where the data has no part for reports. */
  readonly val: SplitPlace | undefined;
  /** The map that goes with the layout. */
  readonly map?: string;
  /** The data set that reads the layout by itself where the map fits, with its options but root. */
  readonly preset?: { readonly use: string } & Readonly<Record<string, unknown>>;
  /** Whether images and labels are volumes, by their names. */
  readonly volumes?: boolean;
}

/** Looks at one folder; undefined if it is not laid out so. */
type Rule = (folder: Folder) => Promise<Layout | undefined>;

/** A folder as rules look at it. */
interface Folder {
  readonly path: string;
  /** Whether these folders or files, relative to it, are all there. */
  has(...names: readonly string[]): Promise<boolean>;
  /** Names in a subfolder; none where it is not there. */
  names(subfolder?: string): Promise<readonly string[]>;
}

/**
 * Finds out how a folder of data is laid out, and which of its subfolders is the data's own.
 * @returns undefined where no rule fits.
 */
export async function findLayout(
  path: string,
): Promise<{ readonly root: string; readonly layout: Layout } | undefined> {
  for (const root of await candidates(path)) {
    const folder = openFolder(root);
    for (const rule of RULES) {
      const layout = await rule(folder);
      if (layout !== undefined) return { root, layout };
    }
  }
  return undefined;
}

/** The folder, and where downloads put their contents below it. */
async function candidates(path: string): Promise<readonly string[]> {
  const below = await folderNames(path);
  const twoBelow = below.length === 1 || below.includes('VOCdevkit') ? below : [];
  const deeper = await Promise.all(
    twoBelow.map(async (name) => (await folderNames(join(path, name))).map((next) => join(path, name, next))),
  );
  return [path, ...below.map((name) => join(path, name)), ...deeper.flat()];
}

async function folderNames(path: string): Promise<readonly string[]> {
  const entries = await readdir(path, { withFileTypes: true }).catch(() => []);
  const names = entries.filter((entry) => entry.isDirectory() && !entry.name.startsWith('.')).map(({ name }) => name);
  return names.sort();
}

function openFolder(path: string): Folder {
  return {
    path,
    has: async (...names) => {
      const found = await Promise.all(names.map((name) => stat(join(path, name)).catch(() => undefined)));
      return found.every((each) => each !== undefined);
    },
    names: async (subfolder = '.') => (await readdir(join(path, subfolder)).catch(() => [])).sort(),
  };
}

const voc: Rule = async ({ has }) => {
  const base = 'ImageSets/Segmentation';
  if (!(await has('JPEGImages', 'SegmentationClass', `${base}/train.txt`, `${base}/val.txt`))) return undefined;
  const split = (list: string): SplitPlace => ({
    list: `${base}/${list}.txt`,
    images: 'JPEGImages',
    labels: 'SegmentationClass',
  });
  return { name: 'PASCAL VOC', train: split('train'), val: split('val'), map: 'voc', preset: { use: 'voc' } };
};

const cityscapes: Rule = async ({ path, has }) => {
  if (!(await has('leftImg8bit/train', 'leftImg8bit/val', 'gtFine/train', 'gtFine/val'))) return undefined;
  const labels = await readdir(join(path, 'gtFine/train'), { recursive: true });
  // The download has label ids; the train ids are made from them by its scripts.
  const trainIds = !labels.some((name) => name.endsWith('_gtFine_labelIds.png'));
  const split = (name: string): SplitPlace => ({
    images: `leftImg8bit/${name}`,
    labels: `gtFine/${name}`,
    imageSuffix: '_leftImg8bit',
    labelSuffix: trainIds ? '_gtFine_labelTrainIds' : '_gtFine_labelIds',
  });
  const map = trainIds ? 'cityscapes-train-ids' : 'cityscapes';
  const preset = { use: 'cityscapes', ...(trainIds ? { labels: 'labelTrainIds' } : {}) };
  return { name: 'Cityscapes', train: split('train'), val: split('val'), map, preset };
};

const ade20k: Rule = async ({ has }) => {
  if (!(await has('images/training', 'images/validation', 'annotations/training', 'annotations/validation')))
    return undefined;
  const split = (name: string): SplitPlace => ({ images: `images/${name}`, labels: `annotations/${name}` });
  return { name: 'ADE20K', train: split('training'), val: split('validation'), map: 'ade20k' };
};

const nnunet: Rule = async ({ has, names }) => {
  if (!(await has('dataset.json', 'imagesTr', 'labelsTr'))) return undefined;
  const volumes = (await names('labelsTr')).some((name) => /\.nii(\.gz)?$/.test(name));
  const train: SplitPlace = { images: 'imagesTr', labels: 'labelsTr', imageSuffix: '_0000' };
  return { name: 'nnU-Net', train, val: undefined, preset: { use: 'nnunet' }, volumes };
};

const drive: Rule = async ({ has }) => {
  if (!(await has('training/images', 'training/1st_manual', 'training/mask'))) return undefined;
  const train: SplitPlace = {
    images: 'training/images',
    labels: 'training/1st_manual',
    imageSuffix: '_training',
    labelSuffix: '_manual1',
    masks: 'training/mask',
    maskSuffix: '_training_mask',
  };
  return { name: 'DRIVE', train, val: undefined };
};

/** Names that people give the folders of images and of labels, and the parts. */
const IMAGES = ['images', 'image', 'imgs', 'img', 'img_dir', 'JPEGImages', 'Images'];
const LABELS = [
  'labels',
  'label',
  'masks',
  'mask',
  'annotations',
  'annots',
  'annot',
  'gt',
  'groundtruth',
  'ground_truth',
  'ann_dir',
  'SegmentationClass',
  'Labels',
  'Masks',
];
const TRAIN = ['train', 'training', 'Train'];
const VAL = ['val', 'valid', 'validation', 'Val', 'dev'];

const firstOf = (names: readonly string[], wanted: readonly string[]): string | undefined =>
  wanted.find((name) => names.includes(name));

/** train/images, train/labels; val/images, val/labels. */
const partsFirst: Rule = async ({ names }) => {
  const all = await names();
  const [train, val] = [firstOf(all, TRAIN), firstOf(all, VAL)];
  const placeOf = async (part: string | undefined): Promise<SplitPlace | undefined> => {
    if (part === undefined) return undefined;
    const inside = await names(part);
    const [images, labels] = [firstOf(inside, IMAGES), firstOf(inside, LABELS)];
    if (images === undefined || labels === undefined) return undefined;
    return { images: `${part}/${images}`, labels: `${part}/${labels}` };
  };
  const place = await placeOf(train);
  if (place === undefined) return undefined;
  return { name: 'a folder for each part, with images and labels', train: place, val: await placeOf(val) };
};

/** images/train, labels/train; images/val, labels/val. */
const kindsFirst: Rule = async ({ names, has }) => {
  const all = await names();
  const [images, labels] = [firstOf(all, IMAGES), firstOf(all, LABELS)];
  if (images === undefined || labels === undefined) return undefined;
  const parts = await names(images);
  const placeOf = async (part: string | undefined): Promise<SplitPlace | undefined> =>
    part !== undefined && (await has(`${labels}/${part}`))
      ? { images: `${images}/${part}`, labels: `${labels}/${part}` }
      : undefined;
  const train = await placeOf(firstOf(parts, TRAIN));
  if (train === undefined) return undefined;
  return { name: 'images and labels, with a folder for each part', train, val: await placeOf(firstOf(parts, VAL)) };
};

/** images, labels, and train.txt and val.txt with the names of each part where there are such. */
const twoFolders: Rule = async ({ names }) => {
  const all = await names();
  const [images, labels] = [firstOf(all, IMAGES), firstOf(all, LABELS)];
  if (images === undefined || labels === undefined) return undefined;
  const lists = all.includes('train.txt') ? { list: 'train.txt' } : {};
  const val = all.includes('train.txt') && all.includes('val.txt') ? { list: 'val.txt', images, labels } : undefined;
  return { name: 'a folder of images and one of labels', train: { ...lists, images, labels }, val };
};

/** train.txt and val.txt with lines "image label". */
const listsOfPairs: Rule = async ({ path, names }) => {
  const all = await names();
  if (!all.includes('train.txt')) return undefined;
  const [line] = (await readFile(join(path, 'train.txt'), 'utf8')).replace(/^\uFEFF/, '').split(/\r?\n/);
  if ((line ?? '').trim().split(/\s+/).length !== 2) return undefined;
  const val = all.includes('val.txt') ? { list: 'val.txt' } : undefined;
  return { name: 'lists of image and label', train: { list: 'train.txt' }, val };
};

/** Images and labels in one folder. */
const oneFolder: Rule = async ({ names }) => {
  const files = await names();
  for (const suffix of ['_mask', '_label', '_labels', '_gt', '_seg', '_segmentation', '_anno']) {
    const labels = files.filter((name) => name.replace(/\.[^.]*$/, '').endsWith(suffix));
    if (labels.length === 0) continue;
    const stems = new Set(labels.map((name) => name.replace(/\.[^.]*$/, '').slice(0, -suffix.length)));
    const image = files.find((name) => stems.has(name.replace(/\.[^.]*$/, '')));
    if (image === undefined) continue;
    const imageSuffix = image.slice(image.lastIndexOf('.'));
    return {
      name: `images and labels in one folder, told apart by "${suffix}"`,
      train: { images: '.', labels: '.', imageSuffix, labelSuffix: suffix },
      val: undefined,
    };
  }
  return undefined;
};

const RULES: readonly Rule[] = [
  voc,
  cityscapes,
  ade20k,
  nnunet,
  drive,
  partsFirst,
  kindsFirst,
  twoFolders,
  listsOfPairs,
  oneFolder,
];
