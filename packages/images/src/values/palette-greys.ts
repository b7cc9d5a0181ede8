import type { LabelValues } from '../decode/label-values.ts';

/** What a palette shows in place of the indices that a file uses. */
export interface PaletteGreys {
  /** The grey level of each pixel, in place of its index. */
  readonly label: LabelValues;
  /** The smallest index that is not its own grey level. */
  readonly index: number;
  /**
   * Whether index 0 is black and no other is: as in palettes that were made to show class indices. Programs that turn a grey
   * picture into one with a palette number its greys in any order, or as they come: there, index 0 of a file that is white is white.
   */
  readonly ordered: boolean;
}

/** The greys of a palette file, if all indices that it uses are grey and some are another grey than their number says. */
export function paletteGreys(label: LabelValues): PaletteGreys | undefined {
  const { palette, data } = label;
  if (palette === undefined) return undefined;
  const used = new Uint8Array(256);
  for (let pixel = 0; pixel < data.length; pixel++) used[data[pixel] as number] = 1;
  const indices = [...used.keys()].filter((index) => used[index] === 1);
  const grey = (index: number): number => palette[3 * index] ?? 0;
  const allGrey = indices.every((index) => [1, 2].every((channel) => palette[3 * index + channel] === grey(index)));
  const index = indices.find((each) => grey(each) !== each);
  if (!allGrey || index === undefined) return undefined;
  const { palette: _, ...size } = label;
  const levels = new Uint8Array(data.length);
  for (let pixel = 0; pixel < data.length; pixel++) levels[pixel] = grey(data[pixel] as number);
  const ordered = indices.every((each) => (grey(each) === 0) === (each === 0));
  return { label: { ...size, data: levels }, index, ordered };
}
