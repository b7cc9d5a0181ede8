import { open } from 'node:fs/promises';
import {
  type Axis,
  decodeLabel,
  decodeVolume,
  percentileWindow,
  readClasses,
  sliceAxis,
  sliceOf,
  slicesAlong,
  VOLUME_HEADER_BYTES,
  type VolumeShape,
  valuesOfClasses,
  volumeShape,
} from '@auto-seg-loss/images';
import { AslError, type Dataset, IGNORE_LABEL } from '@auto-seg-loss/kernel';
import { fingerprintOf, readDataFile, readingKey } from '@auto-seg-loss/samples';
import { type Case, filesOfCase } from './case.ts';
import type { Description } from './dataset-json.ts';
import type { CaseSplits } from './find-splits.ts';
import { KeptVolumes } from './kept-volumes.ts';
import type { NnunetOptions } from './options.ts';
import { readVolume } from './read-volume.ts';
import { type SlicePlace, VolumeSplit } from './volume-split.ts';

/** What all slices of a data set share. */
interface Cut {
  readonly axis: Axis;
  /** By the case's id. */
  readonly shapes: ReadonlyMap<string, VolumeShape>;
}

/**
 * A data set of the slices of volumes.
 * @throws AslError ASL_DATA_MISSING or ASL_DATA_INVALID for a volume whose header cannot be read; ASL_OPTIONS_INVALID for channels
 *   that a picture cannot have, and for CT without a range.
 */
export async function volumeDataset(
  root: string,
  { channels, labels }: Description,
  { train, val, notes }: CaseSplits,
  options: NnunetOptions,
): Promise<Dataset> {
  checkChannels(channels);
  const { range, maximumPixels, emptySlices } = options;
  const [first] = train;
  if (range === undefined && first !== undefined && channels.some((name) => name.toUpperCase() === 'CT'))
    throw await noRange(first);
  const cut = await cutOf([...train, ...val], options.axis);
  const volumes = new KeptVolumes((case_) => readVolume(case_, { labels, range, maximumPixels }));
  const all = train.flatMap((case_) => slicesOf(case_, cut));
  const wanted = emptySlices ? all : await withoutEmpty(train, cut, { labels, maximumPixels });
  const left = all.length - wanted.length;
  const labelValues = valuesOfClasses(labels);
  if (wanted.length === 0) throw onlyEmpty(all.length);
  const said = left === 0 ? notes : [...notes, `${left} of ${all.length} training slices are empty: left out`];
  return {
    name: 'nnunet',
    classes: labels.classes,
    ...(labelValues === undefined ? {} : { labelValues }),
    train: new VolumeSplit(wanted, cut.axis, volumes, said),
    val: new VolumeSplit(
      val.flatMap((case_) => slicesOf(case_, cut)),
      cut.axis,
      volumes,
      [],
    ),
    fingerprint: () =>
      fingerprintOf({
        root,
        classes: labels.classes,
        reading: JSON.stringify({
          files: readingKey({ labels, images: range === undefined ? {} : { range }, maximumPixels }),
          axis: cut.axis,
          emptySlices,
        }),
        train: train.length,
        files: [...train, ...val].flatMap(filesOfCase),
      }),
  };
}

function checkChannels(channels: readonly string[]): void {
  if (channels.length === 1 || channels.length === 3) return;
  throw new AslError('ASL_OPTIONS_INVALID', 'volumes have another number of channels than pictures', {
    where: 'dataset.json: channel_names',
    expected: '1 channel, which becomes grey, or 3, which become red, green and blue',
    received: `${channels.length}: ${channels.join(', ')}`,
    remedy: 'make a data set of the one or the three channels that the network is to see',
  });
}

async function cutOf(cases: readonly Case[], axis: NnunetOptions['axis']): Promise<Cut> {
  const shapes = new Map<string, VolumeShape>();
  for (const { id, images } of cases) shapes.set(id, volumeShape(await beginningOf(images[0]), images[0]));
  return { axis: axis === 'auto' ? sliceAxis([...shapes.values()]) : axis, shapes };
}

async function beginningOf(file: string): Promise<Uint8Array> {
  const handle = await open(file).catch(() => undefined);
  // Reading the whole says what is wrong.
  if (handle === undefined) return readDataFile(file);
  try {
    const { buffer, bytesRead } = await handle.read(new Uint8Array(VOLUME_HEADER_BYTES), 0, VOLUME_HEADER_BYTES, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}

function slicesOf(case_: Case, { axis, shapes }: Cut): readonly SlicePlace[] {
  const shape = shapes.get(case_.id);
  const slices = shape === undefined ? 0 : slicesAlong(shape, axis).slices;
  return Array.from({ length: slices }, (_, index) => ({ case_, index }));
}

/** Slices that hold another class than the first, which is the background. */
async function withoutEmpty(
  cases: readonly Case[],
  cut: Cut,
  { labels, maximumPixels }: { readonly labels: Description['labels']; readonly maximumPixels: number | undefined },
): Promise<readonly SlicePlace[]> {
  const kept: SlicePlace[] = [];
  for (const case_ of cases) {
    const limit = maximumPixels === undefined ? {} : { maximumPixels };
    const label = await decodeLabel(await readDataFile(case_.label), case_.label, limit);
    const classes = readClasses(label, labels, case_.label);
    const layout = { shape: [label.slices, label.height, label.width] as const };
    // An image of another size is told of when it is read.
    const slices = Math.min(slicesAlong(layout, cut.axis).slices, slicesOf(case_, cut).length);
    for (let index = 0; index < slices; index++) {
      const slice = sliceOf(classes, layout, cut.axis, index);
      if (slice.some((value) => value !== 0 && value !== IGNORE_LABEL)) kept.push({ case_, index });
    }
  }
  return kept;
}

function onlyEmpty(count: number): AslError {
  return new AslError('ASL_DATA_INVALID', 'no training slice shows anything', {
    where: 'dataset.emptySlices',
    expected: 'slices with another class than the first',
    received: `${count} slices of the first class alone`,
    remedy: 'check the labels; or let empty slices count (dataset.emptySlices: true)',
  });
}

/** Hounsfield units mean the same in every volume: a range of each volume's own would take that away. */
async function noRange({ id, images, label }: Case): Promise<AslError> {
  const { data } = decodeVolume(await readDataFile(images[0]), images[0]);
  const classes = (await decodeLabel(await readDataFile(label), label)).data;
  const labelled = data.filter((_, voxel) => (classes[voxel] ?? 0) > 0);
  const window = percentileWindow(labelled.length === 0 ? data : labelled).map(Math.round);
  return new AslError('ASL_OPTIONS_INVALID', 'CT needs the range of its intensities', {
    where: 'dataset.range',
    expected: 'the Hounsfield units that become black and white in all volumes alike',
    received: `none. 99 % of the ${labelled.length === 0 ? '' : 'labelled '}voxels of ${id} lie between ${window.join(' and ')}`,
    remedy: `say the window that shows what is to be found; if this volume is typical, dataset.range: [${window.join(', ')}]`,
  });
}
