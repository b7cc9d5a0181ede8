import { AslError, IGNORE_LABEL } from '@auto-seg-loss/kernel';
import type { LabelValues } from '../decode/label-values.ts';
import { packColor, showColor } from './color.ts';
import type { LabelReading } from './label-reading.ts';
import { likelyReadings } from './likely-readings.ts';
import type { OptionNames } from './option-names.ts';

const NO_CLASS = -1;

/** Values that are looked up in an array; the few others in the map itself. */
const TABLE_SIZE = 256;

/** Lookups of a reading's values below `TABLE_SIZE`. A reading is used for many files. */
const tables = new WeakMap<LabelReading, Int16Array>();

/**
 * The class of each pixel of a label file: IGNORE_LABEL where it does not count.
 * @returns [slices, h, w].
 * @throws AslError ASL_DATA_INVALID for values or colours that are neither a class nor ignored: which, how often, where first, and
 *   what they may mean.
 */
export function readClasses(label: LabelValues, reading: LabelReading, file: string): Uint8Array {
  if (label.channels === 3) return classesOfColors(label, reading, file);
  if (reading.palettesByColor && label.palette !== undefined)
    return classesOfPalette(label, label.palette, reading, file);
  checkFile(label, reading, file);
  const { data } = label;
  const { targets } = reading;
  const table = tableOf(reading);
  const classes = new Uint8Array(data.length);
  for (let pixel = 0; pixel < data.length; pixel++) {
    const value = data[pixel] as number;
    const target = (value >= 0 && value < TABLE_SIZE ? table[value] : targets.get(value)) ?? NO_CLASS;
    if (target === NO_CLASS) throw unknownValue(label, reading, file, pixel);
    classes[pixel] = target;
  }
  return classes;
}

function tableOf(reading: LabelReading): Int16Array {
  const known = tables.get(reading);
  if (known !== undefined) return known;
  const table = Int16Array.from({ length: TABLE_SIZE }, (_, value) => reading.targets.get(value) ?? NO_CLASS);
  tables.set(reading, table);
  return table;
}

/** A file whose name says that it holds something else than the map is for. */
function checkFile(label: LabelValues, { map, names }: LabelReading, file: string): void {
  if (map === 'cityscapes' && /_labelTrainIds\./.test(file)) {
    throw new AslError('ASL_DATA_INVALID', 'a label holds train ids, and the map is for label ids', {
      where: file,
      expected: 'a file …_labelIds.png',
      received: `${label.kind} of the name …_labelTrainIds`,
      remedy: `say ${names.map('cityscapes-train-ids')}`,
    });
  }
}

function classesOfColors({ data, width }: LabelValues, reading: LabelReading, file: string): Uint8Array {
  const { colors } = reading;
  const pixels = data.length / 3;
  const at = (pixel: number): number =>
    packColor([data[3 * pixel] as number, data[3 * pixel + 1] as number, data[3 * pixel + 2] as number]);
  if (colors === undefined) throw noTable(countsOf(pixels, at), reading, file);
  const classes = new Uint8Array(pixels);
  let last = -1;
  let lastTarget = NO_CLASS;
  for (let pixel = 0; pixel < pixels; pixel++) {
    const color = at(pixel);
    if (color !== last) {
      last = color;
      lastTarget = colors.get(color) ?? NO_CLASS;
      if (lastTarget === NO_CLASS) throw unknownColor(countsOf(pixels, at), reading, file, color, pixel, width);
    }
    classes[pixel] = lastTarget;
  }
  return classes;
}

/** @param palette red, green, blue of each index. */
function classesOfPalette(label: LabelValues, palette: Uint8Array, reading: LabelReading, file: string): Uint8Array {
  const { data, height, width } = label;
  const colored = new Uint8Array(3 * data.length);
  for (let pixel = 0; pixel < data.length; pixel++) {
    const from = 3 * (data[pixel] as number);
    for (let channel = 0; channel < 3; channel++) colored[3 * pixel + channel] = palette[from + channel] ?? 0;
  }
  const { kind, slices } = label;
  return classesOfColors({ height, width, slices, channels: 3, data: colored, kind }, reading, file);
}

function countsOf(pixels: number, at: (pixel: number) => number): ReadonlyMap<number, number> {
  const counts = new Map<number, number>();
  for (let pixel = 0; pixel < pixels; pixel++) {
    const value = at(pixel);
    counts.set(value, (counts.get(value) ?? 0) + 1);
  }
  return counts;
}

function placeOf(pixel: number, { width, height, slices }: Pick<LabelValues, 'width' | 'height' | 'slices'>): string {
  const slice = slices > 1 ? `slice ${Math.floor(pixel / (width * height))}, ` : '';
  return `${slice}row ${Math.floor(pixel / width) % height}, column ${pixel % width}`;
}

/** Of the most: a picture that was saved as JPEG may hold thousands. */
const SHOWN = 8;

function showCounts(counts: readonly (readonly [string, number])[]): string {
  const shown = counts.slice(0, SHOWN).map(([value, count]) => `${value} at ${count}`);
  return shown.join(', ') + (counts.length > SHOWN ? `, and ${counts.length - SHOWN} more` : '');
}

function unknownValue(label: LabelValues, reading: LabelReading, file: string, first: number): AslError {
  const { data } = label;
  const counts = countsOf(data.length, (pixel) => data[pixel] as number);
  const unknown = [...counts].filter(([value]) => !reading.targets.has(value)).sort(([a], [b]) => a - b);
  return new AslError('ASL_DATA_INVALID', `a ${reading.names.role} holds a value that is no class`, {
    where: file,
    expected: expectedValues(reading),
    received:
      `${showCounts(unknown.map(([value, count]) => [String(value), count]))} of ${data.length} pixels; ` +
      `${data[first]} first at ${placeOf(first, label)} (${label.kind})`,
    remedy: likelyReadings(counts, reading),
  });
}

function expectedValues({ targets, map, classes }: LabelReading): string {
  const ignored = [...targets].filter(([, target]) => target === IGNORE_LABEL).map(([value]) => value);
  const known = map === undefined ? `values from 0 to ${classes.length - 1}` : `the values of ${map}`;
  const shown = ignored.length > 0 && ignored.length <= SHOWN ? `, or ignored: ${ignored.join(', ')}` : '';
  return `${known}${shown}`;
}

function noTable(counts: ReadonlyMap<number, number>, { names }: LabelReading, file: string): AslError {
  return new AslError(
    'ASL_DATA_INVALID',
    `a ${names.role} holds colours, and no colour table says which class each is`,
    {
      where: file,
      expected: 'one value a pixel, or a colour for each class',
      received: `${counts.size} colours: ${showCounts(byCount(counts))}`,
      remedy: `give each class its colour (${names.colors})`,
    },
  );
}

function unknownColor(
  counts: ReadonlyMap<number, number>,
  { colors, names }: LabelReading,
  file: string,
  color: number,
  pixel: number,
  width: number,
): AslError {
  const unknown = new Map([...counts].filter(([each]) => colors?.has(each) !== true));
  return new AslError('ASL_DATA_INVALID', `a ${names.role} holds a colour that is no class`, {
    where: file,
    expected: `one of the ${colors?.size ?? 0} colours of the table`,
    received: `${showCounts(byCount(unknown))} pixels; ${showColor(color)} first at row ${Math.floor(pixel / width)}, column ${pixel % width}`,
    remedy:
      unknown.size > SHOWN
        ? 'so many colours come from smoothing or from JPEG: take the labels as they were drawn'
        : `add the colour to its class's table (${names.colors})${ignoredColors(unknown, names)}`,
  });
}

function ignoredColors(unknown: ReadonlyMap<number, number>, { ignoreColors }: OptionNames): string {
  if (ignoreColors === undefined) return '';
  return `; if its pixels do not count, ignore it: ${ignoreColors([...unknown.keys()].map(showColor))}`;
}

function byCount(counts: ReadonlyMap<number, number>): readonly (readonly [string, number])[] {
  return [...counts].sort(([, a], [, b]) => b - a).map(([color, count]) => [showColor(color), count]);
}
