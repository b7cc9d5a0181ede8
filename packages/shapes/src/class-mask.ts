import type { ReportedImage } from '@auto-seg-loss/kernel';

/** Both masks of a class, [h, w], 1 inside: without the pixels that do not count. */
export interface ClassMasks {
  readonly prediction: Uint8Array;
  readonly label: Uint8Array;
}

/** The masks of a class of an image. Pixels whose label is no class are in neither. */
export function classMasks({ prediction, label, classes }: ReportedImage, index: number): ClassMasks {
  const masks = { prediction: new Uint8Array(label.length), label: new Uint8Array(label.length) };
  for (let at = 0; at < label.length; at++) {
    const is = label[at] as number;
    if (is < 0 || is >= classes) continue;
    if (is === index) masks.label[at] = 1;
    if (prediction[at] === index) masks.prediction[at] = 1;
  }
  return masks;
}
