import {
  type ImageOptionNames,
  type LabelReading,
  labelReading,
  type OptionNames,
  PRESETS,
} from '@auto-seg-loss/images';
import { type KeptClasses, keepClasses } from './kept-classes.ts';

/** A data set whose label values are known has no options for them; the data set `folder` has. */
const PRESET_NAMES: OptionNames = {
  role: 'label',
  ignore: undefined,
  ignoreColors: undefined,
  map: (map) => `labels.map: ${JSON.stringify(map)} of the data set folder`,
  colors: 'labels.colors of the data set folder',
  classes: 'classes of the data set folder',
};

/** Likewise of images. */
export const PRESET_IMAGE_NAMES: ImageOptionNames = {
  range: 'images.range of the data set folder',
  rangeOf: (low, high) => `images.range: [${low}, ${high}] of the data set folder`,
  orientation: (choice) => `images.orientation: "${choice}" of the data set folder`,
};

/** What labels mean by a preset, or by a file that comes with the data. @param map a preset's name, or an absolute path. */
export function readingBy(map: string): Promise<LabelReading> {
  return labelReading({ labels: { map }, baseDir: '/', names: PRESET_NAMES, where: 'labels' });
}

/** How a well-known data set's labels are read. @param names of the classes that count; undefined for all. */
export async function presetReading(preset: string, names: readonly string[] | undefined): Promise<KeptClasses> {
  return keepClasses(await readingBy(preset), PRESETS[preset]?.colors, names);
}
