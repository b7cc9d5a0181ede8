import { IGNORE_LABEL } from '@auto-seg-loss/kernel';
import type { Augmentation } from './augmentation.ts';
import type { Size } from './resize-sample.ts';
import { warpAxis } from './warp-axis.ts';
import type { Pixels } from './warp-sample.ts';

/**
 * Whether one class has at least `ratio` of a window's labelled pixels, or has them alone, or there are none: what mmsegmentation's
 * RandomCrop draws again under `cat_max_ratio`.
 */
export function isDominated(
  { label, height, width }: Pick<Pixels, 'label' | 'height' | 'width'>,
  window: Size,
  { scale, top, left }: Pick<Augmentation, 'scale' | 'top' | 'left'>,
  ratio: number,
): boolean {
  const rows = warpAxis(height, window[0], { scale, offset: top, flip: false });
  const columns = warpAxis(width, window[1], { scale, offset: left, flip: false });
  const counts = new Uint32Array(IGNORE_LABEL + 1);
  for (let y = rows.begin; y < rows.end; y++) {
    const row = (rows.nearest[y] as number) * width;
    for (let x = columns.begin; x < columns.end; x++) {
      const value = label[row + (columns.nearest[x] as number)] as number;
      counts[value] = (counts[value] as number) + 1;
    }
  }
  const labelled = counts.subarray(0, IGNORE_LABEL);
  const sum = labelled.reduce((total, count) => total + count, 0);
  const most = labelled.reduce((a, b) => Math.max(a, b), 0);
  return most === sum || most / sum >= ratio;
}
