import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type FoundPairs, findPairs, readList, type SplitNames, type SplitPlace } from '@auto-seg-loss/images';
import { AslError, isAslError } from '@auto-seg-loss/kernel';
import type { VocOptions } from './options.ts';

const LISTS = 'ImageSets/Segmentation';

/**
 * Finds the images and labels that a list names: ids, or lines of an image path and a label path.
 * @param root absolute path of the folder VOC2012.
 * @throws AslError ASL_DATA_MISSING for a list, a folder or a file that is not there; ASL_DATA_INVALID for a list that is none.
 */
export async function findSplit(root: string, split: 'train' | 'val', options: VocOptions): Promise<FoundPairs> {
  const name = options[`${split}List`];
  const labels = options[`${split}Labels`];
  const list = await findList(root, name, split);
  const names: SplitNames = { split: `dataset.${split}List`, field: fieldOf(split) };
  const [line] = await readList(join(root, list), names.field('list'), 'the folder VOC2012');
  const place: SplitPlace = isPair(line?.text ?? '') ? { list } : { list, images: 'JPEGImages', labels };
  return findPairs(root, place, names).catch((error: unknown) => {
    throw isAslError(error) ? withExtendedLabels(error, split, options) : error;
  });
}

function fieldOf(split: 'train' | 'val'): SplitNames['field'] {
  return (field) =>
    field === 'list'
      ? `dataset.${split}List`
      : field === 'images'
        ? 'dataset.root: JPEGImages'
        : field === 'labels'
          ? `dataset.${split}Labels`
          : `${field} of the data set folder`;
}

/** "/JPEGImages/1.jpg /SegmentationClassAug/1.png", as trainaug is often written. */
function isPair(line: string): boolean {
  return /^\S+\.\w+\s+\S+\.\w+$/.test(line);
}

async function findList(root: string, name: string, split: 'train' | 'val'): Promise<string> {
  const list = /[./\\]/.test(name) ? name : `${LISTS}/${name}.txt`;
  const found = await stat(join(root, list)).catch(() => undefined);
  if (found?.isFile() === true) return list;
  const others = (await readdir(join(root, LISTS)).catch(() => []))
    .filter((file) => file.endsWith('.txt'))
    .map((file) => file.slice(0, -'.txt'.length))
    .sort();
  throw new AslError('ASL_DATA_MISSING', 'a list of PASCAL VOC was not found', {
    where: `dataset.${split}List = "${name}"`,
    expected: `a text file at ${join(root, list)}`,
    received: others.length === 0 ? `no list in ${LISTS}` : `lists ${others.join(', ')} in ${LISTS}`,
    remedy:
      others.length === 0
        ? 'check that the data arrived whole: segmentation has lists of its own, beside those of ImageSets/Main'
        : `name one of these as dataset.${split}List, or copy the list there`,
  });
}

/** Lists of the extended labels name images that SegmentationClass has no label of. */
function withExtendedLabels(error: AslError, split: 'train' | 'val', options: VocOptions): AslError {
  const own = options[`${split}List`] === split || options[`${split}Labels`] !== 'SegmentationClass';
  if (own || error.code !== 'ASL_DATA_MISSING') return error;
  const { remedy, ...details } = error.details;
  const extended = `a list of SBD's labels (trainaug) needs their folder: dataset.${split}Labels: "SegmentationClassAug"`;
  return new AslError(error.code, error.message, {
    ...details,
    remedy: remedy === undefined ? extended : `${extended}; or ${remedy}`,
  });
}
