import { type Command, InvalidArgumentError } from 'commander';

/** What `withLabelFlags` reads; absent where it was not said. */
export interface LabelFlagOptions {
  readonly map?: string | Readonly<Record<string, number | string>>;
  readonly ignore?: readonly (number | string)[];
  readonly labelSuffix?: string;
  readonly predictionSuffix?: string;
  readonly list?: string;
  readonly masks?: string;
  readonly maskSuffix?: string;
}

/** How label files are named and what their values mean, for the commands that take folders without a config. */
export function withLabelFlags(command: Command): Command {
  return command
    .option(
      '--map <map>',
      'what label values mean: voc, cityscapes, cityscapes-train-ids, ade20k, coco-stuff, binary, binary-jpeg, one-based, ' +
        'a file (JSON, dataset.json, class_dict.csv), or JSON such as \'{"7": 0, "8": 1}\'; default: values are class indices',
      valueMap,
    )
    .option('--ignore <values>', 'label values that do not count, joined by commas, such as 255', ignoredValues)
    .option('--label-suffix <suffix>', "what labels' names end with, such as _gtFine_labelIds")
    .option('--prediction-suffix <suffix>', "what predictions' names end with, such as _leftImg8bit")
    .option('--list <file>', 'a text file with the names that count, one a line; without it, all do')
    .option('--masks <folder>', 'masks: where one is 0, the pixel does not count (a field of view)')
    .option('--mask-suffix <suffix>', "what masks' names end with");
}

/** A preset's name, a path, or JSON. */
export function valueMap(text: string): string | Readonly<Record<string, number | string>> {
  if (!text.trimStart().startsWith('{')) return text;
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new InvalidArgumentError('It must be a preset, a file, or JSON from label value to class.');
  }
  const entries = Object.entries(json as Readonly<Record<string, unknown>>);
  const sound = entries.every(
    ([value, target]) => /^-?\d+$/.test(value) && (typeof target === 'string' || Number.isInteger(target)),
  );
  if (entries.length > 0 && sound) return json as Readonly<Record<string, number | string>>;
  throw new InvalidArgumentError(
    'JSON must go from label values to class indices or "ignore", such as {"7": 0, "255": "ignore"}.',
  );
}

/** `255,-1,#ffffff` → its values. */
export function ignoredValues(text: string): readonly (number | string)[] {
  const values = text.split(',').map((part) => part.trim());
  if (values.every((value) => value !== ''))
    return values.map((value) => (/^-?\d+$/.test(value) ? Number(value) : value));
  throw new InvalidArgumentError('It must be label values joined by commas, such as 255 or 254,255.');
}
