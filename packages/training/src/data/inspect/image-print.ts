import { createHash } from 'node:crypto';
import type { Sample } from '@auto-seg-loss/kernel';
import { resizeImage } from '../resize-sample.ts';

/** What is kept of an image to tell whether another one equals it, or nearly does. */
export interface ImagePrint {
  /** SHA-256 of size and pixels. */
  readonly hash: string;
  /** SHA-256 of the label. */
  readonly label: string;
  /** One colour throughout. */
  readonly blank: boolean;
  /** The image at 32 × 32, [h, w, 3]. */
  readonly thumbnail: Uint8Array;
  /** Mean of the thumbnail. */
  readonly mean: number;
  /** Difference hash: two words of 32 bits, one bit for each of 8 × 8 steps to the right. */
  readonly steps: readonly [number, number];
}

export const THUMBNAIL = 32;

const ROWS = 8;
const COLUMNS = 9;
/** A step of less is none: in flat parts of an image noise alone would decide. */
const SMALLEST_STEP = 3;

export function imagePrint({ height, width, image, label }: Sample): ImagePrint {
  const thumbnail = resizeImage(image, [height, width], [THUMBNAIL, THUMBNAIL]);
  return {
    hash: createHash('sha256').update(`${height}x${width} `).update(image).digest('hex'),
    label: createHash('sha256').update(label).digest('hex'),
    blank: isBlank(image),
    thumbnail,
    mean: thumbnail.reduce((sum, value) => sum + value, 0) / thumbnail.length,
    steps: stepsOf(thumbnail),
  };
}

function isBlank(image: Uint8Array): boolean {
  for (let i = 3; i < image.length; i++) if (image[i] !== image[i - 3]) return false;
  return true;
}

/** dHash (Krawetz 2013, "Kind of Like That"), with a least step: where brightness rises from a cell to its right neighbour. */
function stepsOf(thumbnail: Uint8Array): readonly [number, number] {
  const cells = resizeImage(thumbnail, [THUMBNAIL, THUMBNAIL], [ROWS, COLUMNS]);
  const grey = (row: number, column: number): number => {
    const at = (row * COLUMNS + column) * 3;
    return ((cells[at] as number) + (cells[at + 1] as number) + (cells[at + 2] as number)) / 3;
  };
  const words: [number, number] = [0, 0];
  for (let row = 0; row < ROWS; row++) {
    for (let column = 0; column + 1 < COLUMNS; column++) {
      const bit = grey(row, column + 1) - grey(row, column) >= SMALLEST_STEP ? 1 : 0;
      const word = row < ROWS / 2 ? 0 : 1;
      words[word] = (words[word] << 1) | bit;
    }
  }
  return words;
}
