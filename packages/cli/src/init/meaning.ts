import { PRESETS } from '@auto-seg-loss/images';
import type { LabelContents } from './look-at-labels.ts';

/** What values of labels are taken for, as fields of the data set's config. */
export interface Meaning {
  readonly fields: Readonly<Record<string, unknown>>;
  /** The preset that goes with the layout, where the values fit it. */
  readonly map?: string;
  /** What was taken for granted, and what could not be told, in sentences. */
  readonly notes: readonly string[];
}

/** Data sets of fewer classes have a background, which counts, in place of an "other", which does not. */
const FEWEST_WITH_OTHER = 4;

/** Where labels have more colours than this, they are pictures. */
const MOST_COLORS = 255;

/**
 * Makes up what label values mean from what they are.
 * @param map a preset that goes with the layout, if it has one.
 * @param table a class_dict.csv beside the data, relative to the config's folder.
 * @returns undefined where it cannot be told; with a sentence that says why.
 */
export function meaningOf(
  contents: LabelContents,
  { map, table }: { readonly map: string | undefined; readonly table: string | undefined },
): Meaning | { readonly problem: string } {
  const { values, colors, volumes } = contents;
  if (volumes > 0)
    return {
      problem: 'the labels are volumes, and networks here are trained on pictures: write the slices as pictures',
    };
  if (colors.size > 0 && values.size > 0) return { problem: 'some labels hold colours and others single values' };
  if (colors.size > 0) return ofColors(colors, table);
  const sorted = [...values.keys()].sort((a, b) => a - b);
  if (map !== undefined && fits(sorted, map))
    return { fields: { labels: { map } }, map, notes: [`label values are read by the map ${map}`] };
  return ofValues(sorted, values);
}

function fits(values: readonly number[], map: string): boolean {
  const preset = Object.hasOwn(PRESETS, map) ? PRESETS[map] : undefined;
  if (preset === undefined) return true;
  const targets = preset.targets(preset.classes?.length ?? 0);
  return values.every((value) => targets.has(value));
}

function ofColors(
  colors: ReadonlyMap<number, number>,
  table: string | undefined,
): Meaning | { readonly problem: string } {
  if (table !== undefined) {
    return {
      fields: { labels: { colors: table } },
      notes: [`labels are drawn in colours; ${table} says which class each is`],
    };
  }
  if (colors.size > MOST_COLORS) {
    return {
      problem: `the labels hold ${colors.size} colours: are they pictures, or saved as JPEG? Give the labels as they were drawn`,
    };
  }
  const found = [...colors].sort(([, a], [, b]) => b - a).map(([color]) => color);
  const channels = (color: number): readonly number[] => [color >> 16, (color >> 8) & 255, color & 255];
  return {
    fields: { labels: { colors: Object.fromEntries(found.map((color) => [hex(color), channels(color)])) } },
    notes: [
      `the labels are drawn in ${colors.size} colours, and no class_dict.csv says what they are: each has become a class that is named by its colour. Name them in classes and labels.colors, and say with labels.ignore which do not count`,
    ],
  };
}

function hex(color: number): string {
  return `#${color.toString(16).padStart(6, '0')}`;
}

function ofValues(
  sorted: readonly number[],
  counts: ReadonlyMap<number, number>,
): Meaning | { readonly problem: string } {
  const within = (test: (value: number) => boolean): boolean => sorted.every(test);
  if (sorted.includes(255) && within((value) => value === 0 || value === 255)) {
    return {
      fields: { labels: { map: 'binary' } },
      notes: ['the labels hold 0 and 255 alone: taken for masks, 255 being the foreground'],
    };
  }
  const noise = sorted.some((value) => value >= 252 && value < 255);
  if (noise && sorted.includes(0) && within((value) => (value >= 0 && value <= 3) || (value >= 252 && value <= 255))) {
    return {
      fields: { labels: { map: 'binary-jpeg' } },
      notes: ['the labels hold values near 0 and near 255: taken for masks that were saved as JPEG'],
    };
  }
  const ignored = sorted.filter((value) => value < 0 || value === 255);
  const classes = sorted.filter((value) => !ignored.includes(value));
  const last = classes.at(-1);
  if (last === undefined)
    return { problem: `the labels hold ${sorted.join(', ')} alone, which no class can be made of` };
  const said =
    ignored.length === 0
      ? []
      : [`${ignored.join(', ')} is taken not to count (${shareOf(ignored, counts)} of the pixels)`];
  const ignore = ignored.length === 0 ? {} : { ignore: ignored.length === 1 ? ignored[0] : ignored };
  // Values far apart are grey levels or ids, not indices.
  if (last > 254 || last + 1 > 3 * classes.length + 8) return ofFarValues(classes, ignore, said);
  const labels = ignored.length === 0 ? {} : { labels: ignore };
  return {
    fields: { classes: last + 1, ...labels },
    notes: [
      `label values from 0 to ${last} are taken for ${last + 1} classes${last < FEWEST_WITH_OTHER ? '' : `. If 0 means "other", say labels.map: "one-based" and classes: ${last}`}`,
      ...said,
    ],
  };
}

function ofFarValues(
  classes: readonly number[],
  ignore: Readonly<Record<string, unknown>>,
  said: readonly string[],
): Meaning | { readonly problem: string } {
  if (classes.length > 64)
    return {
      problem: `the labels hold ${classes.length} values up to ${classes.at(-1)}: numbers of objects, or a picture?`,
    };
  const map = Object.fromEntries(classes.map((value, index) => [String(value), index]));
  return {
    fields: { classes: classes.map((value) => `value ${value}`), labels: { map, ...ignore } },
    notes: [
      `the label values ${classes.join(', ')} are far apart: each has become a class that is named by its value`,
      ...said,
    ],
  };
}

function shareOf(ignored: readonly number[], counts: ReadonlyMap<number, number>): string {
  const all = [...counts.values()].reduce((sum, count) => sum + count, 0);
  const out = ignored.reduce((sum, value) => sum + (counts.get(value) ?? 0), 0);
  return `${((100 * out) / all).toFixed(1)} %`;
}
