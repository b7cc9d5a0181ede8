import type { LabelReading } from './label-reading.ts';

/**
 * What values that are no class most likely mean, each with the option that says so. Never an option under which a score would come
 * out right by chance: a mask of 0 and 255 whose 255 were ignored would be perfect whatever was predicted.
 * @param counts how many pixels of the file have each value.
 */
export function likelyReadings(counts: ReadonlyMap<number, number>, reading: LabelReading): string {
  const values = [...counts.keys()].sort((a, b) => a - b);
  const unknown = values.filter((value) => !reading.targets.has(value));
  const file: File = { values, unknown, classes: reading.classes.length, reading };
  for (const rule of RULES) {
    const proposal = rule(file);
    if (proposal !== undefined) return proposal;
  }
  return otherwise(file);
}

interface File {
  /** Rising. */
  readonly values: readonly number[];
  readonly unknown: readonly number[];
  readonly classes: number;
  readonly reading: LabelReading;
}

type Rule = (file: File) => string | undefined;

const within = (values: readonly number[], allowed: (value: number) => boolean): boolean => values.every(allowed);

/** Values that tools write where pixels do not count. */
const USUAL_IGNORED: readonly number[] = [255, -1, 254, 65535, -100];

const classesAlready: Rule = ({ values, reading: { map } }) => {
  if (map !== 'binary' && map !== 'binary-jpeg') return undefined;
  return within(values, (value) => value <= 1)
    ? 'this label holds class indices, 0 and 1, already: leave the map out, or convert the labels that differ'
    : undefined;
};

const binary: Rule = ({ values, classes, reading: { names } }) => {
  if (!values.includes(255) || !within(values, (value) => value === 0 || value === 255)) return undefined;
  const mask = `the values are 0 and 255 alone: a binary mask? Then say ${names.map('binary')}: 255 becomes class 1`;
  const alone = classes === 2 ? '' : `, and there are 2 classes, not ${classes}`;
  if (names.ignore === undefined) return `${mask}${alone}`;
  const void255 = `If 255 marks pixels that do not count, the option is ${names.ignore([255])}`;
  const warning = '; where all labels are like this one, nothing but class 0 would be scored then';
  return `${mask}${alone}. ${void255}${classes === 2 ? warning : ''}`;
};

const binaryJpeg: Rule = ({ values, reading: { names } }) => {
  // 255 alone beside the classes 0 to 3 is a void value, not noise.
  const noise = values.some((value) => value >= 252 && value < 255);
  if (
    !noise ||
    !values.includes(0) ||
    !within(values, (value) => value >= 0 && value <= 255 && (value <= 3 || value >= 252))
  )
    return undefined;
  return `the values lie at 0 and at 255: a binary mask that was saved as JPEG? Then say ${names.map('binary-jpeg')}: 0 to 3 becomes class 0, 252 to 255 class 1`;
};

const cityscapesIds: Rule = ({ unknown, classes, reading: { names, map } }) =>
  map === undefined &&
  classes === 19 &&
  unknown.some((value) => value < 255) &&
  within(unknown, (value) => (value >= 19 && value <= 33) || value === 255 || value === -1)
    ? `Cityscapes' label ids? Then say ${names.map('cityscapes')}`
    : undefined;

const cocoStuff: Rule = ({ unknown, classes, reading: { names, map } }) =>
  map === undefined &&
  classes === 171 &&
  unknown.some((value) => value < 255) &&
  within(unknown, (value) => (value >= 171 && value <= 181) || value === 255)
    ? `COCO-Stuff's label values, which leave gaps? Then say ${names.map('coco-stuff')}`
    : undefined;

const oneBased: Rule = ({ values, unknown, classes, reading: { names, map } }) => {
  const others = unknown.filter((value) => value !== classes);
  if (map !== undefined || !unknown.includes(classes) || !within(others, (value) => USUAL_IGNORED.includes(value)))
    return undefined;
  const preset = classes === 150 ? 'ade20k' : 'one-based';
  const zero = values.includes(0) ? '0 meaning "other"' : 'and 0 is not among them';
  return (
    `do the ${names.role}s count from 1, ${zero}? Then say ${names.map(preset)}: 0 is ignored, ${classes} becomes ${classes - 1}` +
    `${others.length === 0 || names.ignore === undefined ? '' : `, with ${names.ignore(others)}`}. If ${classes} is one more class, raise ${names.classes}`
  );
};

const instances: Rule = ({ values, reading: { names } }) =>
  (values.at(-1) ?? 0) >= 256 && values.some((value) => value >= 1000 && value < 65535)
    ? `values so large number the objects (Cityscapes' _instanceIds: class · 1000 + object; Mapillary Vistas: class · 256 + object): take the files of classes, or map each value (${names.map({ '7': 0 })})`
    : undefined;

const ignored: Rule = ({ values, unknown, reading: { names } }) => {
  if (names.ignore === undefined || unknown.length === values.length) return undefined;
  if (!within(unknown, (value) => USUAL_IGNORED.includes(value))) return undefined;
  return `if ${unknown.length === 1 ? 'it marks' : 'they mark'} pixels that do not count, say ${names.ignore(unknown)}; if they are a class, ${names.classes} must count them`;
};

/** Indices that were spread over all grey levels: 0, 85, 170, 255. */
const spread: Rule = ({ values, classes, reading: { names, map } }) => {
  const step = (values[1] ?? 0) - (values[0] ?? 0);
  if (map !== undefined || values.length < 3 || values.length > classes || values[0] !== 0 || step < 2)
    return undefined;
  const even = values.every((value, index) => Math.abs(value - index * step) <= 1);
  if (!even) return undefined;
  const proposal = Object.fromEntries(values.map((value, index) => [String(value), index]));
  return `grey levels in place of class indices? If these are the classes in their order, say ${names.map(proposal)}`;
};

const RULES: readonly Rule[] = [
  classesAlready,
  binary,
  binaryJpeg,
  cityscapesIds,
  cocoStuff,
  oneBased,
  instances,
  ignored,
  spread,
];

const SHOWN = 8;

function otherwise({ unknown, reading: { names, map } }: File): string {
  const example = unknown[0] ?? 0;
  const which = unknown.length === 1 ? 'it is' : 'they are';
  if (unknown.length > SHOWN) {
    return `so many values are no label map's: is this a picture, or a map that was scaled or saved as JPEG? A map of values is given with ${names.map({ [example]: 0 })}`;
  }
  const place = map === undefined ? '' : `, in place of ${map}`;
  const classes = `if ${which} of a class, say which (${names.map({ [example]: 0 })}${place}, or raise ${names.classes})`;
  return names.ignore === undefined
    ? classes
    : `${classes}; if their pixels do not count, say ${names.ignore(unknown)}`;
}
