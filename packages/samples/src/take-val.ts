import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import type { Pair } from '@auto-seg-loss/images';
import { AslError, naturalOrder } from '@auto-seg-loss/kernel';
import { readDataFile } from './read-file.ts';

/** The order of the names is cut into so many stretches, each of which gives its end. */
const MOST_STRETCHES = 8;

/** A stretch has about this many images for val at least. */
const STRETCH_IMAGES = 4;

/**
 * Takes a val split off the training images: the ends of up to 8 equal stretches of the names' order, so that neighbouring
 * frames of a video stay together and all parts of the data are on both sides. Images whose file equals one of train stay in
 * train. The same images each time.
 * @param fraction of the images, in (0, 1); rounded, but never none and never all.
 * @throws AslError ASL_DATA_INVALID for less than two images, or where all that would be val is in train too.
 */
export async function takeVal(
  pairs: readonly Pair[],
  fraction: number,
): Promise<{ readonly train: readonly Pair[]; readonly val: readonly Pair[] }> {
  const count = pairs.length;
  if (count < 2) throw tooFew('at least 2 images, to divide', String(count));
  const order = [...pairs].sort((a, b) => naturalOrder(a.id, b.id));
  const wanted = Math.min(Math.max(Math.round(count * fraction), 1), count - 1);
  const stretches = Math.min(Math.max(Math.floor(wanted / STRETCH_IMAGES), 1), MOST_STRETCHES);
  const chosen = new Set<Pair>();
  for (let stretch = 0; stretch < stretches; stretch++) {
    const start = Math.floor((count * stretch) / stretches);
    const end = Math.floor((count * (stretch + 1)) / stretches);
    // In step with the stretches, so that all together they are as many as wanted.
    const length = Math.floor((end * wanted) / count) - Math.floor((start * wanted) / count);
    for (const pair of order.slice(end - length, end)) chosen.add(pair);
  }
  for (const twin of await twinsAcross(pairs, chosen)) chosen.delete(twin);
  if (chosen.size === 0) throw tooFew('images that are not in train too', 'copies of training images alone');
  return { train: pairs.filter((pair) => !chosen.has(pair)), val: pairs.filter((pair) => chosen.has(pair)) };
}

/** The chosen whose image file has the content of one that is not chosen. Only files of equal size are read. */
async function twinsAcross(pairs: readonly Pair[], chosen: ReadonlySet<Pair>): Promise<readonly Pair[]> {
  const sizes = new Map<number, Pair[]>();
  for (const pair of pairs) {
    // A file that is not there is found out when it is read.
    const size = (await stat(pair.image).catch(() => undefined))?.size ?? -1;
    sizes.set(size, [...(sizes.get(size) ?? []), pair]);
  }
  const twins: Pair[] = [];
  for (const [size, same] of sizes) {
    const across = same.some((pair) => chosen.has(pair)) && same.some((pair) => !chosen.has(pair));
    if (size < 0 || !across) continue;
    const hashes = await Promise.all(same.map(async ({ image }) => sha256(await readDataFile(image))));
    const inTrain = new Set(hashes.filter((_, index) => !chosen.has(same[index] as Pair)));
    twins.push(...same.filter((pair, index) => chosen.has(pair) && inTrain.has(hashes[index] as string)));
  }
  return twins;
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function tooFew(expected: string, received: string): AslError {
  return new AslError('ASL_DATA_INVALID', 'no val split can be taken off the training images', {
    where: 'dataset.val.fraction',
    expected,
    received,
    remedy: 'add images, or say where those of val are',
  });
}
