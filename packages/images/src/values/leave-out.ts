import { IGNORE_LABEL } from '@auto-seg-loss/kernel';
import type { LabelValues } from '../decode/label-values.ts';
import { paletteGreys } from './palette-greys.ts';

/**
 * Leaves out what a mask does not show: a pixel does not count where the mask is 0 in all its channels. Of a mask with a palette of
 * greys, black is 0.
 * @param classes [slices, h, w], of the mask's size; changed in place.
 */
export function leaveOut(classes: Uint8Array, mask: LabelValues): void {
  const { data, channels } = paletteGreys(mask)?.label ?? mask;
  for (let pixel = 0; pixel < classes.length; pixel++) {
    let any = 0;
    for (let channel = 0; channel < channels; channel++) any |= data[pixel * channels + channel] as number;
    if (any === 0) classes[pixel] = IGNORE_LABEL;
  }
}
