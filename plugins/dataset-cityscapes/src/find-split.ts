import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type FoundPairs, findPairs } from '@auto-seg-loss/images';
import { AslError } from '@auto-seg-loss/kernel';
import type { CityscapesOptions } from './options.ts';

/** A split's folders, relative to root. */
interface Folders {
  readonly images: string;
  readonly labels: string;
  /** "gtFine", which is part of the label files' names too. */
  readonly kind: string;
}

const VAL: Folders = { images: 'leftImg8bit/val', labels: 'gtFine/val', kind: 'gtFine' };
const TRAIN: Readonly<Record<CityscapesOptions['train'], Folders>> = {
  fine: { images: 'leftImg8bit/train', labels: 'gtFine/train', kind: 'gtFine' },
  coarse: { images: 'leftImg8bit/train', labels: 'gtCoarse/train', kind: 'gtCoarse' },
  extra: { images: 'leftImg8bit/train_extra', labels: 'gtCoarse/train_extra', kind: 'gtCoarse' },
};

/**
 * Finds a split's images and labels, in a folder for each city.
 * @param root absolute path of the folder that holds leftImg8bit and gtFine.
 * @throws AslError ASL_DATA_MISSING for folders and files that are not there, and where the label files are of other kinds.
 */
export async function findSplit(
  root: string,
  split: 'train' | 'val',
  { root: named, source, train, labels }: CityscapesOptions,
): Promise<FoundPairs> {
  const folders = split === 'val' ? VAL : TRAIN[train];
  const where = `dataset.root = "${named}"`;
  const getting = source === undefined ? '' : `. Getting the data: ${source}`;
  for (const folder of [folders.images, folders.labels]) {
    if ((await filesIn(join(root, folder))) !== undefined) continue;
    throw new AslError('ASL_DATA_MISSING', 'the folder is not Cityscapes, or a part of it is missing', {
      where,
      expected: `${folder} in it, with a folder for each city`,
      received: (await filesIn(root, false))?.join(', ') || 'an empty folder',
      remedy: `${remedyOf(folder)}${getting}`,
    });
  }
  await checkKind(root, folders, labels);
  return findPairs(
    root,
    {
      images: folders.images,
      labels: folders.labels,
      imageSuffix: '_leftImg8bit',
      labelSuffix: `_${folders.kind}_${labels}`,
    },
    {
      split: `dataset.root: ${folders.images}`,
      field: (name) =>
        name === 'images' || name === 'labels'
          ? `dataset.root: ${folders[name]}`
          : name === 'labelSuffix'
            ? 'dataset.labels'
            : `${name} of the data set folder`,
    },
  );
}

function remedyOf(folder: string): string {
  if (folder.startsWith('leftImg8bit'))
    return 'name the folder that holds leftImg8bit (leftImg8bit_trainvaltest.zip) and gtFine (gtFine_trainvaltest.zip)';
  return folder.startsWith('gtFine')
    ? 'unpack gtFine_trainvaltest.zip beside leftImg8bit'
    : 'unpack gtCoarse.zip beside leftImg8bit, or train on the fine labels (dataset.train: "fine")';
}

/** Names of files below a folder, or of what is directly in it; undefined where there is no such folder. */
async function filesIn(folder: string, recursive = true): Promise<readonly string[] | undefined> {
  const names = await readdir(folder, { recursive }).catch(() => undefined);
  return names?.filter((name) => !name.startsWith('.')).sort();
}

/** Refuses a folder without label files of the kind that is read, and says which kinds there are. */
async function checkKind(root: string, { labels, kind }: Folders, wanted: CityscapesOptions['labels']): Promise<void> {
  const files = (await filesIn(join(root, labels))) ?? [];
  const has = (what: string): boolean => files.some((file) => file.endsWith(`_${kind}_${what}`));
  if (has(`${wanted}.png`)) return;
  const other = wanted === 'labelIds' ? 'labelTrainIds' : 'labelIds';
  const kinds = [`${other}.png`, 'color.png', 'instanceIds.png', 'polygons.json'].filter(has);
  throw new AslError('ASL_DATA_MISSING', `there are no Cityscapes labels of the kind ${wanted}`, {
    where: join(root, labels),
    expected: `files …_${kind}_${wanted}.png`,
    received: kinds.length === 0 ? 'no label file' : kinds.map((name) => `…_${kind}_${name}`).join(', '),
    remedy: remedyOfKind(kinds, other),
  });
}

function remedyOfKind(kinds: readonly string[], other: CityscapesOptions['labels']): string {
  if (kinds.includes(`${other}.png`))
    return other === 'labelIds'
      ? 'leave dataset.labels out: label ids are turned into the 19 classes as they are read'
      : 'say dataset.labels: "labelTrainIds"';
  if (kinds.includes('polygons.json'))
    return 'make the label files from the polygons with Cityscapes\' scripts: csCreateTrainIdLabelImgs, with dataset.labels: "labelTrainIds"';
  return 'check that the data arrived whole';
}
