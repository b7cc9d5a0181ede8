import { stat } from 'node:fs/promises';
import { dirname, join, relative, resolve, sep } from 'node:path';
import {
  type FolderOption,
  findPairs,
  IMAGE_ENDINGS,
  LABEL_ENDINGS,
  listFolder,
  type Pair,
  proposeSuffixes,
  type SplitPlace,
} from '@auto-seg-loss/images';
import { AslError } from '@auto-seg-loss/kernel';
import { findLayout, type Layout } from './find-layout.ts';
import { lookAtLabels } from './look-at-labels.ts';
import { lookAtVolumes } from './look-at-volumes.ts';
import { meaningOf } from './meaning.ts';

/** A config for a folder of data, and how it came about. */
export interface MadeConfig {
  readonly config: Readonly<Record<string, unknown>>;
  /** What was found, taken for granted, and not known, in sentences. */
  readonly notes: readonly string[];
}

/** Share of the training images that becomes val where the data has none. */
const VAL_FRACTION = 0.2;

/** Networks are tried on about so many pixels an image: small enough for a search on two cores. */
const PROXY_PIXELS = 64 * 96;

/** Sides are multiples of this: what networks halve stays whole. */
const SIDE_STEP = 8;

/**
 * Looks at a folder of images and labels and makes up the config of a search on them.
 * @param file where the config will be: paths in it are relative to its folder.
 * @throws AslError ASL_DATA_MISSING where the folder is not there or is laid out in no way that is known; ASL_DATA_INVALID for
 *   labels that nothing can be made of.
 */
export async function makeConfig(path: string, file: string): Promise<MadeConfig> {
  const folder = resolve(path);
  if ((await stat(folder).catch(() => undefined))?.isDirectory() !== true) throw noFolder(folder);
  const found = await findLayout(folder);
  if (found === undefined) throw noLayout(folder);
  const { root, layout } = found;
  const from = dirname(resolve(file));
  return layout.preset?.use === 'nnunet' ? ofNnunet(root, layout, from) : ofPictures(root, layout, from);
}

async function ofPictures(root: string, layout: Layout, from: string): Promise<MadeConfig> {
  const train = await withSuffixes(root, layout.train);
  const val = layout.val === undefined ? undefined : await withSuffixes(root, layout.val);
  const { pairs } = await findPairs(root, train, 'dataset.train');
  const valPairs = val === undefined ? [] : (await findPairs(root, val, 'dataset.val')).pairs;
  const contents = await lookAtLabels([...pairs, ...valPairs].map(({ label }) => label));
  const table =
    (await stat(join(root, 'class_dict.csv')).catch(() => undefined)) === undefined ? undefined : 'class_dict.csv';
  const meaning = meaningOf(contents, {
    map: layout.map,
    table: table === undefined ? undefined : `./${slashed(relative(from, join(root, table)))}`,
  });
  if ('problem' in meaning) throw noMeaning(root, meaning.problem);
  const place = rootFrom(from, root);
  const dataset =
    layout.preset !== undefined && meaning.map !== undefined
      ? withRoot(layout.preset, place)
      : { use: 'folder', root: place, ...meaning.fields, train, val: val ?? { fraction: VAL_FRACTION } };
  return withSize(dataset, contents.size, [
    ...layoutNotes(root, layout, pairs, valPairs),
    `labels: ${contents.files} looked at, ${contents.size[1]} × ${contents.size[0]} pixels in the middle`,
    ...meaning.notes,
  ]);
}

/** Classes and splits are in the layout's own files. */
async function ofNnunet(root: string, { train, volumes, preset }: Layout, from: string): Promise<MadeConfig> {
  const place = rootFrom(from, root);
  if (volumes !== true) {
    const { pairs } = await findPairs(root, train, 'imagesTr');
    const { files, size } = await lookAtLabels(pairs.map(({ label }) => label));
    return withSize(withRoot(preset, place), size, [
      `layout: nnU-Net, in ${root}`,
      `labels: ${files} of ${pairs.length} looked at, ${size[1]} × ${size[0]} pixels in the middle`,
    ]);
  }
  const { volumes: count, axis, size, range } = await lookAtVolumes(root);
  return withSize({ ...withRoot(preset, place), axis, ...(range === undefined ? {} : { range }) }, size, [
    `layout: nnU-Net, in ${root}`,
    `${count} volumes, cut into slices along ${axis} (dataset.axis), ${size[1]} × ${size[0]} pixels in the middle`,
    ...(range === undefined
      ? []
      : [
          `CT: ${range[0]} to ${range[1]} become black and white (dataset.range), between which nearly all labelled voxels lie; a window for what is to be found may be better`,
        ]),
  ]);
}

function withRoot(preset: Layout['preset'], root: string): Readonly<Record<string, unknown>> {
  const { use, ...options } = preset ?? { use: 'folder' };
  return { use, root, ...options };
}

function withSize(
  dataset: Readonly<Record<string, unknown>>,
  pixels: readonly [number, number],
  notes: readonly string[],
): MadeConfig {
  const size = proxySize(pixels);
  return {
    config: { metric: 'miou', dataset, proxy: { size }, training: { size } },
    notes: [
      ...notes,
      `networks are tried at ${size[1]} × ${size[0]} (proxy.size, training.size): larger is slower and shows thin things`,
    ],
  };
}

function rootFrom(from: string, root: string): string {
  return slashed(relative(from, root)) || '.';
}

function layoutNotes(
  root: string,
  { name, val }: Layout,
  train: readonly Pair[],
  valPairs: readonly Pair[],
): readonly string[] {
  const images = (count: number): string => `${count} ${count === 1 ? 'image' : 'images'}`;
  const parts =
    val === undefined
      ? `${images(train.length)}, and no part for reports: ${100 * VAL_FRACTION} % of them are taken off for val`
      : `${images(train.length)} to train on, ${images(valPairs.length)} for reports`;
  return [`layout: ${name}, in ${root}`, parts];
}

/** The place with the suffixes under which its names fit, if they do not without. */
async function withSuffixes(root: string, place: SplitPlace): Promise<SplitPlace> {
  const { images, labels, imageSuffix, labelSuffix, list } = place;
  if (images === undefined || labels === undefined || list !== undefined) return place;
  if (imageSuffix !== undefined || labelSuffix !== undefined) return place;
  const option = (role: string, name: string, endings: readonly string[]): FolderOption => ({
    role,
    folder: join(root, name),
    option: name,
    suffix: '',
    suffixOption: `${role} suffix`,
    endings,
  });
  const first = await listFolder(option('image', images, IMAGE_ENDINGS));
  const second = await listFolder(option('label', labels, LABEL_ENDINGS));
  if ([...first.files.keys()].some((name) => second.files.has(name))) return place;
  const [best] = proposeSuffixes(first, second);
  if (best === undefined) return place;
  return {
    ...place,
    ...(best.first === '' ? {} : { imageSuffix: best.first }),
    ...(best.second === '' ? {} : { labelSuffix: best.second }),
  };
}

/** Of the data's shape, never larger than it. */
function proxySize([height, width]: readonly [number, number]): readonly [number, number] {
  const scale = Math.min(1, Math.sqrt(PROXY_PIXELS / (height * width)));
  const side = (pixels: number): number =>
    Math.max(2 * SIDE_STEP, SIDE_STEP * Math.round((pixels * scale) / SIDE_STEP));
  return [side(height), side(width)];
}

function slashed(path: string): string {
  return path.split(sep).join('/');
}

function noFolder(folder: string): AslError {
  return new AslError('ASL_DATA_MISSING', 'there is no such folder', {
    where: 'asl init',
    expected: `a folder at ${folder}`,
    received: 'none',
    remedy: 'name the folder that holds the images and labels',
  });
}

function noLayout(folder: string): AslError {
  return new AslError('ASL_DATA_MISSING', 'images and labels were not found in the folder', {
    where: folder,
    expected:
      'folders images and labels (or masks, annotations, …), with or without train and val; lists of image and label; or the layout of PASCAL VOC, Cityscapes, ADE20K, nnU-Net or DRIVE',
    received: 'none of these',
    remedy: 'name the folder that holds them, or write the config by hand: asl plugins dataset shows what folder takes',
  });
}

function noMeaning(root: string, problem: string): AslError {
  return new AslError('ASL_DATA_INVALID', 'it cannot be told what the label values mean', {
    where: root,
    expected: 'class indices, masks of 0 and 255, values of a known data set, or a colour for each class',
    received: problem,
    remedy: 'say it in a config of your own (dataset.labels.map, ignore, colors), or convert the labels',
  });
}
