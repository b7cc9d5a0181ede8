import type { ImageOptionNames, ImageOptions, Pair } from '@auto-seg-loss/images';
import {
  decodeImage,
  decodeLabel,
  type LabelReading,
  type LabelValues,
  leaveOut,
  readClasses,
} from '@auto-seg-loss/images';
import { AslError, type Sample } from '@auto-seg-loss/kernel';

/** What a sample's files are read by. */
export interface SampleReading {
  readonly labels: LabelReading;
  readonly images: Pick<ImageOptions, 'range' | 'orientation'>;
  /** How messages write the options of images; by default as the data set `folder` has them. */
  readonly imageNames?: ImageOptionNames;
  readonly maximumPixels: number | undefined;
}

const EMPTY = new Uint8Array();

/** A sample without its id. */
export type SamplePixels = Omit<Sample, 'id'> & { readonly notes: readonly string[] };

/**
 * Decodes the files of a pair.
 * @param contents of its image, its label and, where it has one, its mask.
 * @throws AslError ASL_DATA_INVALID, naming the file.
 */
export async function readSample(
  pair: Pair,
  contents: readonly Uint8Array[],
  { labels, images, imageNames, maximumPixels }: SampleReading,
): Promise<SamplePixels> {
  const [imageBytes = EMPTY, labelBytes = EMPTY, maskBytes = EMPTY] = contents;
  const limit = maximumPixels === undefined ? {} : { maximumPixels };
  const values = await decodeLabel(labelBytes, pair.label, limit);
  if (values.slices > 1) throw volume(values, pair.label);
  const image = await decodeImage(
    imageBytes,
    pair.image,
    { ...images, ...limit, ...(imageNames === undefined ? {} : { names: imageNames }) },
    values,
  );
  const { height, width } = image;
  checkSize(values, image, pair.label, pair.image);
  const label = readClasses(values, labels, pair.label);
  if (pair.mask !== undefined) {
    const mask = await decodeLabel(maskBytes, pair.mask, limit);
    checkSize(mask, image, pair.mask, pair.image);
    leaveOut(label, mask);
  }
  return { height, width, image: image.data, label, notes: image.notes };
}

type Size = Pick<LabelValues, 'height' | 'width'>;

function checkSize(label: Size, image: Size, file: string, imageFile: string): void {
  if (image.height === label.height && image.width === label.width) return;
  throw new AslError('ASL_DATA_INVALID', 'a label has another size than its image', {
    where: file,
    expected: `${image.width} × ${image.height} pixels (width × height), as ${imageFile}`,
    received: `${label.width} × ${label.height} pixels`,
    remedy: 'scale the label to the size of its image without mixing values (nearest neighbour)',
  });
}

function volume({ slices, height, width, kind }: LabelValues, file: string): AslError {
  return new AslError('ASL_DATA_INVALID', 'a label is a volume', {
    where: file,
    expected: 'a picture: networks here are trained on pictures',
    received: `${slices} slices of ${width} × ${height} (${kind})`,
    remedy: 'write the slices as pictures',
  });
}
