import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { AslError, naturalOrder } from '@auto-seg-loss/kernel';
import type { Case } from './case.ts';
import type { Description } from './dataset-json.ts';

const IMAGES = 'imagesTr';
const LABELS = 'labelsTr';

/**
 * Finds the cases of imagesTr and labelsTr, in the order of their names.
 * @throws AslError ASL_DATA_MISSING for a folder, a channel or a label that is not there.
 */
export async function findCases(root: string, { channels, ending }: Description): Promise<readonly Case[]> {
  const images = await filesOf(root, IMAGES, ending);
  const labels = new Set(await filesOf(root, LABELS, ending));
  const numbers = new Map<string, number[]>();
  for (const name of images) {
    const [, id, channel] = /^(.+)_(\d{4})$/.exec(name) ?? [];
    if (id === undefined) throw unnumbered(join(root, IMAGES, name + ending), ending);
    numbers.set(id, [...(numbers.get(id) ?? []), Number(channel)]);
  }
  const orphan = [...labels].find((id) => !numbers.has(id));
  if (orphan !== undefined)
    throw missing('a label has no image', join(root, LABELS, orphan + ending), `${IMAGES}/${orphan}_0000${ending}`);
  return [...numbers]
    .toSorted(([a], [b]) => naturalOrder(a, b))
    .map(([id, found]) => {
      const first = fileOf(root, id, 0, ending);
      if (!labels.has(id)) throw missing('an image has no label', first, `${LABELS}/${id}${ending}`);
      // A picture may hold its three channels in one file.
      const count = found.length === 1 && !isVolume(ending) ? 1 : channels.length;
      const [lacking] = Array.from({ length: count }, (_, channel) => channel).filter((each) => !found.includes(each));
      if (lacking !== undefined)
        throw missing(
          `an image lacks a channel, "${channels[lacking]}"`,
          join(root, IMAGES, id),
          `${IMAGES}/${id}_${numbered(lacking)}${ending}`,
        );
      const others = Array.from({ length: count - 1 }, (_, channel) => fileOf(root, id, channel + 1, ending));
      return { id, images: [first, ...others], label: join(root, LABELS, id + ending) };
    });
}

/** Whether files of an ending are volumes of NIfTI. */
export function isVolume(ending: string): boolean {
  return /^\.nii(\.gz)?$/i.test(ending);
}

function fileOf(root: string, id: string, channel: number, ending: string): string {
  return join(root, IMAGES, `${id}_${numbered(channel)}${ending}`);
}

function numbered(channel: number): string {
  return String(channel).padStart(4, '0');
}

/** Names of a folder's files of the ending, without it. Hidden files and other endings are left out. */
async function filesOf(root: string, folder: string, ending: string): Promise<readonly string[]> {
  const names = await readdir(join(root, folder)).catch(() => undefined);
  const found = names?.filter((name) => name.endsWith(ending) && !name.startsWith('.'));
  if (found !== undefined && found.length > 0) return found.map((name) => name.slice(0, -ending.length));
  throw new AslError('ASL_DATA_MISSING', "a folder of nnU-Net's layout is missing, or holds no file of the ending", {
    where: join(root, folder),
    expected: `files of the ending ${ending}, as dataset.json says (file_ending)`,
    received:
      names === undefined ? 'no such folder' : names.length === 0 ? 'an empty folder' : `others, such as ${names[0]}`,
    remedy: 'check that the data arrived whole, and that dataset.json is that of this folder',
  });
}

function unnumbered(file: string, ending: string): AslError {
  return new AslError('ASL_DATA_INVALID', "an image's name lacks the number of its channel", {
    where: file,
    expected: `CASE_0000${ending} for the first channel, CASE_0001${ending} for the second`,
    received: 'a name without it',
    remedy: 'rename the file',
  });
}

function missing(message: string, where: string, expected: string): AslError {
  return new AslError('ASL_DATA_MISSING', message, {
    where,
    expected: `a file ${expected}`,
    received: 'none',
    remedy: 'check that the data arrived whole, or take the case out of both folders',
  });
}
