import type { Size } from '../../src/data/resize-sample.ts';
import { PADDING_COLOR } from '../../src/data/warp-sample.ts';
import type { SizedImage } from '../../src/prediction/window-rows.ts';

/** ImageNet's mean and deviation by channel. */
const NORMAL = [
  [0.485, 0.229],
  [0.456, 0.224],
  [0.406, 0.225],
] as const;

/**
 * What sliding windows come to, by plain loops in float64, of a network whose logits are the normalised channels and what `place`
 * gives for the number of a value in its window.
 * @returns the most likely class, and by how much it is ahead.
 */
export function plainClasses(
  { image, size: [height, width] }: SizedImage,
  window: Size,
  overlap: number,
  flip: boolean,
  place: (index: number) => number,
): { readonly best: readonly number[]; readonly margin: readonly number[] } {
  const [areaHeight, areaWidth] = [Math.max(height, window[0]), Math.max(width, window[1])];
  const [top, left] = [Math.floor((areaHeight - height) / 2), Math.floor((areaWidth - width) / 2)];
  const starts = (length: number, side: number): readonly number[] => {
    const count = Math.ceil((length - side) / Math.max(1, side * (1 - overlap))) + 1;
    return count === 1 ? [0] : Array.from({ length: count }, (_, i) => Math.round((i * (length - side)) / (count - 1)));
  };
  /** Mean logits of pixel (y, x) of the padded image, where columns count from the right if it is mirrored. */
  const logitsAt = (y: number, x: number, isMirrored: boolean): readonly number[] => {
    const covering = starts(areaHeight, window[0])
      .filter((start) => y >= start && y < start + window[0])
      .flatMap((row) =>
        starts(areaWidth, window[1])
          .filter((start) => x >= start && x < start + window[1])
          .map((column) => ((y - row) * window[1] + x - column) * 3),
      );
    const [ownY, seenX] = [y - top, x - left];
    const ownX = isMirrored ? width - 1 - seenX : seenX;
    const inside = ownY >= 0 && ownY < height && ownX >= 0 && ownX < width;
    return NORMAL.map(([mean, deviation], c) => {
      const value = inside ? image[(ownY * width + ownX) * 3 + c] : PADDING_COLOR[c];
      const own = ((value as number) / 255 - mean) / deviation;
      return covering.reduce((sum, index) => sum + own + place(index + c), 0) / covering.length;
    });
  };
  const softmax = (logits: readonly number[]): readonly number[] => {
    const shares = logits.map(Math.exp);
    const total = shares.reduce((sum, share) => sum + share, 0);
    return shares.map((share) => share / total);
  };
  const scores = Array.from({ length: height * width }, (_, pixel) => {
    const [y, x] = [Math.floor(pixel / width) + top, (pixel % width) + left];
    const own = softmax(logitsAt(y, x, false));
    if (!flip) return own;
    const mirrored = softmax(logitsAt(y, left + width - 1 - (x - left), true));
    return own.map((value, c) => (value + (mirrored[c] as number)) / 2);
  });
  return {
    best: scores.map((values) => values.indexOf(Math.max(...values))),
    margin: scores.map((values) => {
      const [first = 0, second = 0] = [...values].sort((a, b) => b - a);
      return first - second;
    }),
  };
}
