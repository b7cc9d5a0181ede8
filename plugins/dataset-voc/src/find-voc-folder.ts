import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { AslError } from '@auto-seg-loss/kernel';

/** Where the folder VOC2012 is below what people name as the data's folder. */
const PLACES = ['.', 'VOC2012', 'VOCdevkit/VOC2012'];

/** Every year's folder has it. */
const IMAGES = 'JPEGImages';

/**
 * The folder VOC2012, which holds JPEGImages.
 * @param root absolute path of that folder or of one above it.
 * @throws AslError ASL_DATA_MISSING where it is not there.
 */
export async function findVocFolder(
  root: string,
  { root: named, source }: { readonly root: string; readonly source?: string },
): Promise<string> {
  for (const place of PLACES) {
    const folder = join(root, place);
    const images = await stat(join(folder, IMAGES)).catch(() => undefined);
    if (images?.isDirectory() === true) return folder;
  }
  const there = (await readdir(root).catch(() => [])).filter((name) => !name.startsWith('.')).sort();
  throw new AslError('ASL_DATA_MISSING', 'the folder is not PASCAL VOC 2012', {
    where: `dataset.root = "${named}"`,
    expected: `${IMAGES}, SegmentationClass and ImageSets/Segmentation in it, in VOC2012 or in VOCdevkit/VOC2012 below it`,
    received:
      there.length === 0 ? 'an empty folder' : `${there.slice(0, 8).join(', ')}${there.length > 8 ? ', …' : ''}`,
    remedy: `name the folder VOC2012 or one above it${source === undefined ? '' : `. Getting the data: ${source}`}`,
  });
}
