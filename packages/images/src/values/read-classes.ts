import { AslError, bytesOf, endOfRun, IGNORE_LABEL, isAslError } from '@auto-seg-loss/kernel';
import type { LabelValues } from '../decode/label-values.ts';
import { packColor, showColor } from './color.ts';
import type { LabelReading } from './label-reading.ts';
import { likelyReadings } from './likely-readings.ts';
import type { OptionNames } from './option-names.ts';
import { type PaletteGreys, paletteGreys } from './palette-greys.ts';

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
  const colored = reading.colors === undefined ? undefined : asColors(label);
  if (colored === undefined) return classesOfIndices(label, reading, file);
  // The labels' own options say that they are drawn in colours; a config's colours for pictures say nothing of that.
  if (reading.colorsAreOfLabels) return classesOfColors(colored, reading, file);
  return classesEitherWay(label, colored, reading, file);
}

/**
 * The classes of a file's values. Of a palette of greys that are not the indices, the greys may be what was meant: a grey label
 * that a program saved with a palette has other indices in each file.
 */
function classesOfIndices(label: LabelValues, reading: LabelReading, file: string): Uint8Array {
  const greys = paletteGreys(label);
  if (greys === undefined) return classesOfValues(label, reading, file);
  const byGreys = attempt(() => classesOfValues(greys.label, reading, file));
  if (byGreys === undefined && greys.ordered) return classesOfValues(label, reading, file);
  const byIndices = attempt(() => classesOfValues(label, reading, file));
  if (byIndices === undefined) return byGreys ?? classesOfValues(greys.label, reading, file);
  const differs = byIndices.findIndex((class_, pixel) => class_ !== byGreys?.[pixel]);
  if (differs === -1) return byIndices;
  throw openPalette(label, greys, [byIndices[differs] as number, byGreys?.[differs]], differs, reading, file);
}

function openPalette(
  label: LabelValues,
  greys: PaletteGreys,
  [byIndex, byGrey]: readonly [number, number | undefined],
  pixel: number,
  { classes, names }: LabelReading,
  file: string,
): AslError {
  const show = (class_: number | undefined): string =>
    class_ === undefined ? 'no class' : class_ === IGNORE_LABEL ? 'ignored' : `"${classes[class_]}"`;
  return new AslError('ASL_DATA_INVALID', `a ${names.role} says one thing by its indices and another by its greys`, {
    where: file,
    expected: 'class values as grey levels without palette, or a palette whose greys are the indices',
    received:
      `at ${placeOf(pixel, label)} index ${label.data[pixel]}, ${show(byIndex)}, which the palette shows as grey ` +
      `${greys.label.data[pixel]}, ${show(byGrey)} (${label.kind})`,
    remedy: `save the ${names.role}s as grey PNG; or, if what is seen counts, give each class its colour (${names.colors})`,
  });
}

function classesOfValues(label: LabelValues, reading: LabelReading, file: string): Uint8Array {
  checkFile(label, reading, file);
  const { data } = label;
  const { targets } = reading;
  const table = tableOf(reading);
  const bytes = bytesOf(data);
  // Mostly the values are the classes already.
  const classes = data instanceof Uint8Array ? new Uint8Array(data) : new Uint8Array(data.length);
  for (let start = 0; start < data.length; ) {
    const value = data[start] as number;
    const target = (value >= 0 && value < TABLE_SIZE ? table[value] : targets.get(value)) ?? NO_CLASS;
    if (target === NO_CLASS) throw unknownValue(label, reading, file, start);
    const end = endOfRun(data, bytes, start, data.length);
    if (classes[start] !== target) classes.fill(target, start, end);
    start = end;
  }
  return classes;
}

/** The colours of a file that holds single values: of its palette, or of the grey that it was saved as. */
function asColors(label: LabelValues): LabelValues | undefined {
  const { data, height, width, slices, kind, palette } = label;
  const grey = (value: number): readonly [number, number, number] => [value, value, value];
  const colorOf = palette === undefined ? (label.rgb === true ? grey : undefined) : paletteColor(palette);
  if (colorOf === undefined) return undefined;
  const colored = new (data instanceof Uint16Array ? Uint16Array : Uint8Array)(3 * data.length);
  for (let pixel = 0; pixel < data.length; pixel++) colored.set(colorOf(data[pixel] as number), 3 * pixel);
  return { height, width, slices, channels: 3, data: colored, kind };
}

function paletteColor(palette: Uint8Array): (index: number) => readonly [number, number, number] {
  return (index) => [palette[3 * index] ?? 0, palette[3 * index + 1] ?? 0, palette[3 * index + 2] ?? 0];
}

/**
 * Of a file that can be read by its values and by its colours: the values, unless the colours are all in the table and say
 * something else.
 */
function classesEitherWay(label: LabelValues, colored: LabelValues, reading: LabelReading, file: string): Uint8Array {
  const byColors = attempt(() => classesOfColors(colored, reading, file));
  if (byColors === undefined) return classesOfIndices(label, reading, file);
  const byValues = attempt(() => classesOfIndices(label, reading, file));
  if (byValues === undefined) return byColors;
  const differs = byValues.findIndex((class_, pixel) => class_ !== byColors[pixel]);
  if (differs === -1) return byValues;
  const { classes, names } = reading;
  const show = (class_: number): string => (class_ === IGNORE_LABEL ? 'ignored' : `"${classes[class_]}"`);
  throw new AslError('ASL_DATA_INVALID', `a ${names.role} says one thing by its values and another by its colours`, {
    where: file,
    expected: 'values that are class indices, or colours of the table',
    received:
      `${label.data[differs]} at ${placeOf(differs, label)}: by its value ${show(byValues[differs] as number)}, ` +
      `by its colour ${show(byColors[differs] as number)} (${label.kind})`,
    remedy: `if the colours count, give them as ${names.colors}; if the values do, take the colours out of the config, or give those of the files`,
  });
}

function attempt(read: () => Uint8Array): Uint8Array | undefined {
  try {
    return read();
  } catch (error) {
    if (isAslError(error)) return undefined;
    throw error;
  }
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
  const at = colorAt(data);
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

/** The colour of a pixel, 0xRRGGBB; of 16 bits, the upper 8. */
function colorAt(data: LabelValues['data']): (pixel: number) => number {
  const shift = data instanceof Uint16Array ? 8 : 0;
  const channel = (index: number): number => (data[index] as number) >> shift;
  return (pixel) => packColor([channel(3 * pixel), channel(3 * pixel + 1), channel(3 * pixel + 2)]);
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
