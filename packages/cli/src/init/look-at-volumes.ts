import { open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type Axis,
  decodeLabel,
  decodeVolume,
  listFolder,
  percentileWindow,
  sliceAxis,
  slicesAlong,
  VOLUME_HEADER_BYTES,
  volumeShape,
  type Window,
} from '@auto-seg-loss/images';

/** What volumes are like, over those that were looked at. */
export interface VolumeContents {
  /** Volumes there are. */
  readonly volumes: number;
  /** The axis along which they are cut into slices. */
  readonly axis: Axis;
  /** Of a slice, in the middle. */
  readonly size: readonly [height: number, width: number];
  /** Where 99 % of the labelled voxels lie, for volumes of CT with labels. */
  readonly range: Window | undefined;
}

/** So many volumes show the intensities of what is labelled. */
const MEASURED = 10;

/**
 * Looks at the volumes of a data set in nnU-Net's layout.
 * @param root absolute path of its folder.
 * @throws AslError ASL_DATA_INVALID for a file that cannot be read.
 */
export async function lookAtVolumes(root: string): Promise<VolumeContents> {
  const images = [...(await listVolumes(root, 'imagesTr', '_0000')).values()];
  const shapes = [];
  for (const file of images) shapes.push(volumeShape(await beginningOf(file), file));
  const axis = sliceAxis(shapes);
  const sizes = shapes.map((shape) => slicesAlong(shape, axis)).sort((a, b) => a.height * a.width - b.height * b.width);
  const { height, width } = sizes[Math.floor(sizes.length / 2)] ?? { height: 1, width: 1 };
  const range = (await isCt(root)) ? await labelledRange(root) : undefined;
  return { volumes: images.length, axis, size: [height, width], range };
}

async function listVolumes(root: string, folder: string, suffix: string): Promise<ReadonlyMap<string, string>> {
  const { files } = await listFolder({
    role: 'volume',
    folder: join(root, folder),
    option: folder,
    suffix,
    suffixOption: 'the name',
    endings: ['.nii', '.nii.gz'],
  });
  return files;
}

async function beginningOf(file: string): Promise<Uint8Array> {
  const handle = await open(file);
  try {
    const { buffer, bytesRead } = await handle.read(new Uint8Array(VOLUME_HEADER_BYTES), 0, VOLUME_HEADER_BYTES, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}

/** What cannot be understood in dataset.json, the data set itself says. */
async function isCt(root: string): Promise<boolean> {
  try {
    const { channel_names: names } = JSON.parse(await readFile(join(root, 'dataset.json'), 'utf8'));
    return Object.values(names ?? {}).some((name) => String(name).toUpperCase() === 'CT');
  } catch {
    return false;
  }
}

async function labelledRange(root: string): Promise<Window | undefined> {
  const images = await listVolumes(root, 'imagesTr', '_0000');
  const cases = [...(await listVolumes(root, 'labelsTr', ''))];
  const step = Math.max(1, cases.length / MEASURED);
  const windows: Window[] = [];
  for (let index = 0; index < cases.length; index += step) {
    const [name, label] = cases[Math.floor(index)] ?? ['', ''];
    const image = images.get(name);
    if (image === undefined) continue;
    const { data } = decodeVolume(await readFile(image), image);
    const values = (await decodeLabel(await readFile(label), label)).data;
    const labelled = data.filter((_, voxel) => (values[voxel] ?? 0) > 0);
    if (labelled.length > 0) windows.push(percentileWindow(labelled));
  }
  const low = Math.floor(Math.min(...windows.map(([first]) => first)));
  const high = Math.ceil(Math.max(...windows.map(([, last]) => last)));
  return low < high ? [low, high] : undefined;
}
