import type { Color } from './label-options.ts';

/** PASCAL VOC's colours: of class c, the bits of c spread over the high bits of red, green and blue; the same for any number. */
function vocColor(index: number): Color {
  const channels = [0, 0, 0];
  for (let bit = 7, rest = index; rest > 0; bit--, rest >>= 3) {
    for (let channel = 0; channel < 3; channel++)
      channels[channel] = (channels[channel] ?? 0) | (((rest >> channel) & 1) << bit);
  }
  return [channels[0] ?? 0, channels[1] ?? 0, channels[2] ?? 0];
}

/** A colour for each class: the data set's own, or else those that PASCAL VOC gives them. */
export function classColors(count: number, own: readonly Color[] | undefined): readonly Color[] {
  return own ?? Array.from({ length: count }, (_, index) => vocColor(index));
}
