import { IGNORE_LABEL } from '@auto-seg-loss/kernel';
import type { LabelValues } from '../decode/label-values.ts';

/**
 * Leaves out what a mask does not show: a pixel does not count where the mask is 0 in all its channels.
 * @param classes [slices, h, w], of the mask's size; changed in place.
 */
export function leaveOut(classes: Uint8Array, { data, channels }: LabelValues): void {
  for (let pixel = 0; pixel < classes.length; pixel++) {
    let any = 0;
    for (let channel = 0; channel < channels; channel++) any |= data[pixel * channels + channel] as number;
    if (any === 0) classes[pixel] = IGNORE_LABEL;
  }
}
