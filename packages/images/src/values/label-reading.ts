import { resolve } from 'node:path';
import { AslError, IGNORE_LABEL } from '@auto-seg-loss/kernel';
import { packColor, parseColor, showColor } from './color.ts';
import type { Color, LabelOptions } from './label-options.ts';
import { type MapFile, readMapFile } from './map-file.ts';
import type { OptionNames } from './option-names.ts';
import { PRESETS } from './presets/index.ts';

/** What the values of a data set's label files mean. */
export interface LabelReading {
  /** Class names; their number is the number of classes. */
  readonly classes: readonly string[];
  /** Class index of each label value, IGNORE_LABEL for those that do not count. Other values are no labels. */
  readonly targets: ReadonlyMap<number, number>;
  /** The same by colour, 0xRRGGBB; undefined where no colours are known. */
  readonly colors: ReadonlyMap<number, number> | undefined;
  /** Whether the colours are the labels' own: palettes and grey pictures are then read by them too. */
  readonly colorsAreOfLabels: boolean;
  /** The preset or the file that the map is of; undefined for none. */
  readonly map: string | undefined;
  /** How to write what messages propose. */
  readonly names: OptionNames;
}

export interface LabelReadingInputs {
  /** Class names in the order of the class indices, or how many there are; undefined where the map says so. */
  readonly classes?: readonly string[] | number;
  readonly labels?: LabelOptions;
  /** Colours of the classes for pictures; labels that are drawn in colours are read by them, too. */
  readonly colors?: readonly Color[];
  /** Where a relative path of `map` or `colors` starts. */
  readonly baseDir: string;
  readonly names: OptionNames;
  /** The place of the options, for messages: `dataset.labels`, `--map`. */
  readonly where: string;
}

/**
 * Works out what label values mean. Reads the file that `labels.map` or `labels.colors` names; no label.
 * @throws AslError ASL_OPTIONS_INVALID for options that contradict each other, or name what is not there; ASL_DATA_MISSING and
 *   ASL_DATA_INVALID for the file.
 */
export async function labelReading(inputs: LabelReadingInputs): Promise<LabelReading> {
  const { labels = {}, baseDir, names, where } = inputs;
  const source = await readMap(labels.map, baseDir, where);
  const table = await readColors(labels.colors, baseDir, where);
  const colorsOfMap = source.file?.kind === 'colors' ? source.file.colors : undefined;
  const classes = classNamesOf(inputs, source, table ?? colorsOfMap);
  const targets = new Map(source.targets(classes));
  const colorTable =
    table ?? colorsOfMap ?? inputs.colors?.map((color, index) => ({ name: classes[index] ?? '', color }));
  const ignored = labels.ignore === undefined ? [] : [labels.ignore].flat();
  const colors = colorTable === undefined ? undefined : colorTargets(colorTable, classes, ignored, where);
  ignoreValues(targets, colors, ignored, { classes, colorTable, where });
  return {
    classes,
    targets,
    colors,
    colorsAreOfLabels: table !== undefined || colorsOfMap !== undefined,
    map: typeof labels.map === 'string' ? labels.map : undefined,
    names,
  };
}

/** What a `map` comes to, before the classes are known. */
interface MapSource {
  readonly name: string;
  readonly file: MapFile | undefined;
  readonly classes: readonly string[] | undefined;
  readonly targets: (classes: readonly string[]) => ReadonlyMap<number, number>;
}

async function readMap(map: LabelOptions['map'], baseDir: string, where: string): Promise<MapSource> {
  if (map === undefined) return { name: 'none', file: undefined, classes: undefined, targets: identity };
  if (typeof map !== 'string') return valueMap(map, where);
  const preset = Object.hasOwn(PRESETS, map) ? PRESETS[map] : undefined;
  if (preset !== undefined) {
    return {
      name: map,
      file: undefined,
      classes: preset.classes,
      targets: (classes) => preset.targets(classes.length),
    };
  }
  if (!/[./\\]/.test(map)) throw unknownPreset(map, where);
  const file = await readMapFile(resolve(baseDir, map), where);
  if (file.kind === 'values') return { ...valueMap(file.values, `${where} (${map})`), name: map, file };
  if (file.kind === 'colors') return { name: map, file, classes: undefined, targets: identity };
  const targets = new Map([...file.targets, ...file.ignored.map((value) => [value, IGNORE_LABEL] as const)]);
  return { name: map, file, classes: file.classes, targets: () => targets };
}

function identity(classes: readonly string[]): ReadonlyMap<number, number> {
  return new Map(classes.map((_, index) => [index, index]));
}

/** A map that a person wrote, from value to class index, class name or "ignore". */
function valueMap(map: Readonly<Record<string, number | string>>, where: string): MapSource {
  return {
    name: 'values',
    file: undefined,
    classes: undefined,
    targets: (classes) =>
      new Map(
        Object.entries(map).map(([value, target]) => [Number(value), targetOf(target, classes, `${where}: ${value}`)]),
      ),
  };
}

function targetOf(target: number | string, classes: readonly string[], where: string): number {
  const index = typeof target === 'number' ? target : classes.indexOf(target);
  if (index >= 0 && index < classes.length) return index;
  if (target === 'ignore') return IGNORE_LABEL;
  throw new AslError('ASL_OPTIONS_INVALID', 'a label value is mapped to no class', {
    where,
    expected: `a class index from 0 to ${classes.length - 1}, a class name, or "ignore"`,
    received: JSON.stringify(target),
  });
}

type ColorTable = readonly { readonly name: string; readonly color: Color }[];

async function readColors(
  colors: LabelOptions['colors'],
  baseDir: string,
  where: string,
): Promise<ColorTable | undefined> {
  if (colors === undefined) return undefined;
  if (typeof colors === 'string') {
    const file = await readMapFile(resolve(baseDir, colors), where);
    if (file.kind === 'colors') return file.colors;
    throw new AslError('ASL_OPTIONS_INVALID', 'a file of colours holds none', {
      where: `${where}: ${colors}`,
      expected: 'a class_dict.csv with the header name,r,g,b',
      received: 'JSON',
    });
  }
  if (!Array.isArray(colors)) {
    return Object.entries(colors as Readonly<Record<string, Color>>).map(([name, color]) => ({ name, color }));
  }
  return (colors as readonly Color[]).map((color, index) => ({ name: String(index), color }));
}

function classNamesOf(
  { classes, where, names }: LabelReadingInputs,
  source: MapSource,
  table: ColorTable | undefined,
): readonly string[] {
  const own = typeof classes === 'number' ? Array.from({ length: classes }, (_, index) => `class ${index}`) : classes;
  const known = source.classes;
  if (known !== undefined && own !== undefined && known.length !== own.length) {
    throw new AslError('ASL_OPTIONS_INVALID', 'the map of label values has another number of classes', {
      where,
      expected: `${own.length} classes, as ${names.classes} says`,
      received: `${known.length} classes in ${source.name}`,
      remedy: `leave ${names.classes} out, or give a map of your own`,
    });
  }
  // A number names no class: the map's names are better.
  if (known !== undefined && typeof classes !== 'object') return known;
  if (own !== undefined) return own;
  if (table !== undefined) return table.map(({ name }) => name);
  throw new AslError('ASL_OPTIONS_INVALID', 'the classes are not known', {
    where: names.classes,
    expected: 'how many classes there are, or a map that names them (a preset, dataset.json, class_dict.csv)',
    received: 'nothing',
  });
}

/** @throws AslError ASL_OPTIONS_INVALID for a colour that two classes have, a class without a colour, or a name that is no class. */
function colorTargets(
  table: ColorTable,
  classes: readonly string[],
  ignored: readonly (number | string)[],
  where: string,
): Map<number, number> {
  const fail = (message: string, expected: string, received: string): AslError =>
    new AslError('ASL_OPTIONS_INVALID', message, { where: `${where}: colors`, expected, received });
  const targets = new Map<number, number>();
  const named = new Map<number, string>();
  for (const [position, { name, color }] of table.entries()) {
    const packed = packColor(color);
    const other = named.get(packed);
    if (other !== undefined)
      throw fail(
        'two classes have the same colour',
        'a colour of its own for each class',
        `${showColor(packed)} for "${other}" and "${name}"`,
      );
    named.set(packed, name);
    // A list without names is in the order of the classes.
    const index = name === String(position) && !classes.includes(name) ? position : classes.indexOf(name);
    if (index >= 0 && index < classes.length) targets.set(packed, index);
    else if (ignored.includes(name)) targets.set(packed, IGNORE_LABEL);
    else throw fail('a colour is of no class', `one of: ${classes.join(', ')}; or a name that is ignored`, `"${name}"`);
  }
  const missing = classes.findIndex((_, index) => ![...targets.values()].includes(index));
  if (missing >= 0)
    throw fail(
      'a class has no colour',
      `a colour for each of the ${classes.length} classes`,
      `none for "${classes[missing]}"`,
    );
  return targets;
}

function ignoreValues(
  targets: Map<number, number>,
  colors: Map<number, number> | undefined,
  ignored: readonly (number | string)[],
  { classes, colorTable, where }: { classes: readonly string[]; colorTable: ColorTable | undefined; where: string },
): void {
  for (const value of ignored) {
    const class_ = typeof value === 'number' ? targets.get(value) : undefined;
    if (class_ !== undefined && class_ !== IGNORE_LABEL) {
      throw new AslError('ASL_OPTIONS_INVALID', 'a value is a class or ignored, not both', {
        where: `${where}: ignore`,
        expected: 'values that are no class',
        received: `${value}, the value of class "${classes[class_]}"`,
        remedy: 'where 0 is "other" and 1 the first class, that is the map one-based',
      });
    }
    if (typeof value === 'number') targets.set(value, IGNORE_LABEL);
    else ignoreColor(value, colors, colorTable ?? [], where);
  }
}

function ignoreColor(value: string, colors: Map<number, number> | undefined, table: ColorTable, where: string): void {
  const color = parseColor(value);
  const taken = color === undefined ? undefined : colors?.get(color);
  // A name of the table was ignored when the table was read.
  if (color === undefined && colors !== undefined && table.some(({ name }) => name === value)) return;
  if (color === undefined || colors === undefined || (taken !== undefined && taken !== IGNORE_LABEL))
    throw noColor(value, where);
  colors.set(color, IGNORE_LABEL);
}

function noColor(value: string, where: string): AslError {
  return new AslError('ASL_OPTIONS_INVALID', 'what is ignored is no label value', {
    where: `${where}: ignore`,
    expected: 'a number; or, of labels in colours, "#rrggbb" or a name of the colour table that is of no class',
    received: JSON.stringify(value),
  });
}

function unknownPreset(map: string, where: string): AslError {
  return new AslError('ASL_OPTIONS_INVALID', 'no map of label values has this name', {
    where,
    expected: `one of: ${Object.keys(PRESETS).join(', ')}; or a file, such as ./labels.json`,
    received: JSON.stringify(map),
  });
}
