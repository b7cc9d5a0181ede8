import { z } from 'zod';

/** Red, green, blue, 0 to 255. */
export type Color = readonly [red: number, green: number, blue: number];

/** What label values mean. */
export interface LabelOptions {
  /**
   * A preset; a file (JSON from value to class, nnU-Net's dataset.json, or a class_dict.csv with a colour for each class); or
   * an object from value to class. A class is its index, its name, or "ignore". Without it, values are class indices.
   */
  readonly map?: string | Readonly<Record<string, number | string>>;
  /** Values of pixels that do not count; of colour labels, colours ("#ff0000") or their names in the table. */
  readonly ignore?: number | string | readonly (number | string)[];
  /**
   * A colour for each class, for labels that are drawn in colours: in the order of the classes, by their names, or a
   * class_dict.csv (`name,r,g,b`).
   */
  readonly colors?: string | readonly Color[] | Readonly<Record<string, Color>>;
}

const byte = z.int().min(0).max(255);
export const colorSchema: z.ZodType<Color> = z.tuple([byte, byte, byte]);

const value = z
  .int()
  .min(-(2 ** 31))
  .max(2 ** 31 - 1);
const ignored = z.union([value, z.string().min(1)]);
const className = z.union([z.int().min(0).max(254), z.string().min(1)]);

/** A label value as the key of an object. */
const valueKey = z.string().regex(/^-?\d+$/, 'a label value, such as "7"');

export const labelOptionsSchema: z.ZodType<LabelOptions> = z.strictObject({
  map: z
    .union([z.string().min(1), z.record(valueKey, className)])
    .exactOptional()
    .describe(
      'What label values mean: a preset (voc, cityscapes, cityscapes-train-ids, ade20k, coco-stuff, binary, binary-jpeg, ' +
        "one-based), a file (JSON, nnU-Net's dataset.json, class_dict.csv), or an object from value to class index, class name or " +
        '"ignore". Without it, values are class indices.',
    ),
  ignore: z
    .union([ignored, z.array(ignored)])
    .exactOptional()
    .describe('Value or values of pixels that do not count; of colour labels, colours ("#rrggbb") or their names.'),
  colors: z
    .union([z.string().min(1), z.array(colorSchema), z.record(z.string().min(1), colorSchema)])
    .exactOptional()
    .describe('For labels drawn in colours: a colour for each class, in their order or by name, or a class_dict.csv.'),
});
