import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { decodeImage, type ImageOptions, type Pair } from '@auto-seg-loss/images';
import { AslError } from '@auto-seg-loss/kernel';

/**
 * Refuses an image that is in both splits, under one name or as two files of equal content: what a network was trained on
 * must not be in the report. Only files whose size occurs in both splits are read. An image of one colour shows nothing that a
 * network could know again: tiles without data are in many splits.
 * @throws AslError ASL_CONFIG_LEAK naming both places.
 */
export async function rejectLeak(train: readonly Pair[], val: readonly Pair[], options: ImageOptions): Promise<void> {
  const byPath = new Map(train.map((pair) => [pair.image, pair]));
  for (const pair of val) {
    const same = byPath.get(pair.image);
    if (same !== undefined) throw leak(same, pair, 'the same file');
  }
  const [trainSizes, valSizes] = await Promise.all([sizes(train), sizes(val)]);
  const inVal = new Set(valSizes);
  const inTrain = new Set(trainSizes);
  const byContent = new Map<string, Pair>();
  for (const [index, pair] of train.entries()) {
    if (inVal.has(trainSizes[index] ?? 0)) byContent.set(await contentHash(pair.image), pair);
  }
  for (const [index, pair] of val.entries()) {
    if (!inTrain.has(valSizes[index] ?? 0)) continue;
    const same = byContent.get(await contentHash(pair.image));
    if (same !== undefined && !(await isBlank(pair.image, options)))
      throw leak(same, pair, 'two files with the same content');
  }
}

async function sizes(pairs: readonly Pair[]): Promise<readonly number[]> {
  return Promise.all(pairs.map(async ({ image }) => (await stat(image)).size));
}

async function contentHash(file: string): Promise<string> {
  // A file that cannot be read equals no other; reading the sample says what is wrong with it.
  const content = await readFile(file).catch(() => file);
  return createHash('sha256').update(content).digest('hex');
}

async function isBlank(file: string, options: ImageOptions): Promise<boolean> {
  try {
    const { data } = await decodeImage(await readFile(file), file, options);
    return data.every((value, index) => value === data[index % 3]);
  } catch {
    // What cannot be decoded is named when its sample is read; here it is two equal files.
    return false;
  }
}

function leak(train: Pair, val: Pair, how: string): AslError {
  return new AslError('ASL_CONFIG_LEAK', `an image is in train and in val: ${how}`, {
    where: `train: ${train.origin}; val: ${val.origin}`,
    expected: 'no image in both splits',
    received: train.id === val.id ? train.id : `${train.id} and ${val.id}`,
    remedy: 'leave the image out of one of the splits',
  });
}
